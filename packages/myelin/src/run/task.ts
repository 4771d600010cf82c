import { FormatError } from "@myelin/core";
import { plural } from "../format.ts";
import type { NetworkTask } from "../model/index.ts";
import type { Samples } from "./samples/index.ts";

/** task.json: what a network was built for, so that its weights can be used without the data. */
export interface Task extends NetworkTask {
  /** What the data set calls itself. */
  readonly data: string;
  readonly classNames: readonly string[];
  /** The sensor of recordings in a folder of one's own. */
  readonly sensor?: readonly [width: number, height: number];
}

/** The task that samples give. */
export function taskOf({ name, shape, sequence, classes, classNames }: Samples): Task {
  return { data: name, input: shape, sequence, classes, classNames };
}

/** @throws FormatError unless samples have the size and the classes that a network was built for */
export function requireSameTask(samples: Task, built: Task): void {
  const text = ({ input, classes, sequence }: Task): string =>
    `${input.join(" x ")} ${sequence ? "sequences" : "images"} of ${plural(classes, "class", "classes")}`;
  if (text(samples) === text(built)) return;
  throw new FormatError(
    `eval --data ${samples.data}: expected ${text(built)}, as the network was trained on, got ${text(samples)}.`,
  );
}
