import type { ScoresRecord } from "../../records/index.ts";
import { rounded } from "./rounded.ts";

/** Classes that are shown, beside that of the label. */
const SHOWN = 4;

/** What the network says of one sample, which the scores of its classes are made of. */
export interface Said {
  /** [classes] */
  readonly scores: Float32Array;
  /** [steps, classes] */
  readonly outputs: Float32Array;
  readonly classNames: readonly string[];
  readonly label: number;
}

/** The classes with the highest scores and that of the label, highest first. */
export function describeScores({ scores, outputs, classNames, label }: Said): ScoresRecord {
  const classes = scores.length;
  const score = (k: number): number => scores[k] ?? 0;
  const order = Array.from({ length: classes }, (_, k) => k).sort((a, b) => score(b) - score(a));
  const shown = order.filter((k, place) => place < SHOWN || k === label);
  const steps = outputs.length / classes;
  return {
    of: classes,
    classes: shown.map((k) => ({
      name: classNames[k] ?? String(k),
      score: rounded(score(k)),
      outputs: Array.from({ length: steps }, (_, t) => rounded(outputs[t * classes + k] ?? 0)),
    })),
  };
}
