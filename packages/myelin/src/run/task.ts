import { FormatError } from "@myelin/core";
import { z } from "zod";
import { plural } from "../format.ts";
import { size, type ReadOnly } from "../records/index.ts";
import type { DataTable, Samples } from "./data/index.ts";

/** The form of task.json. */
export const taskSchema = z.object({
  /** What the data set calls itself. */
  data: z.string(),
  input: z.array(size).min(1),
  sequence: z.boolean(),
  classes: size,
  classNames: z.array(z.string()),
  /** The sensor of recordings in a folder of one's own. */
  sensor: z.tuple([size, size]).optional(),
  /** Units of spike trains of one's own. */
  units: size.optional(),
  /** Columns of a table of one's own. */
  columns: z.array(z.string()).optional(),
  /** Mean and standard deviation of training samples of one's own. */
  normalise: z.object({ mean: z.array(z.number()), std: z.array(z.number().positive()) }).optional(),
  /** A check sum of training samples of one's own. */
  contents: z.string().optional(),
});

/** task.json: what a network was built for, so that its weights can be used without the data. */
export type Task = ReadOnly<z.output<typeof taskSchema>>;

/** The task that samples give, with what the run keeps of data of one's own. */
export function taskOf({ name, shape, sequence, classes, classNames }: Samples, table?: DataTable): Task {
  const { sensor, units, columns, normalise, contents } = table ?? {};
  const kept = Object.entries({ sensor, units, columns, normalise, contents });
  return {
    ...{ data: name, input: shape, sequence, classes, classNames },
    ...(Object.fromEntries(kept.filter(([, value]) => value !== undefined)) as Partial<Task>),
  };
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
