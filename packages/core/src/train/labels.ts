import { labelProblem, tensor, type Tensor } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import type { Batch } from "./batch.ts";
import { checkFinitePredictions } from "./finite.ts";

/**
 * Counts the samples whose highest prediction is at their label; the first of equals wins.
 *
 * @param predictions f32 [B, K]
 * @param where the batch, for messages
 * @throws TrainingError if the predictions have another shape or are not finite
 */
export async function countCorrect(
  predictions: Tensor,
  labels: Float32Array,
  where: string,
): Promise<number> {
  const [rows, classes = 0] = predictions.shape;
  if (predictions.shape.length !== 2 || rows !== labels.length) {
    const got = `[${predictions.shape.join(", ")}]`;
    const hint = "Labels and samples must match in number.";
    throw new TrainingError(`Trainer: expected predictions [${labels.length}, K], got ${got}. ${hint}`);
  }
  checkLabels(labels, classes);
  const values = await predictions.data();
  checkFinitePredictions(values, classes, where);
  let correct = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    let best = 0;
    for (let k = 1; k < classes; k++) {
      if ((values[row * classes + k] as number) > (values[row * classes + best] as number)) best = k;
    }
    if (best === label) correct++;
  }
  return correct;
}

/**
 * What a loss is given: the class probabilities of mixed samples, or the labels.
 *
 * @throws TrainingError if a label is not among the classes, or there are not B x K probabilities
 */
export function lossTargets({ labels, targets }: Batch, classes: number): Tensor {
  checkLabels(labels, classes);
  if (targets === undefined) return tensor(labels, [labels.length]);
  if (targets.length === labels.length * classes) return tensor(targets, [labels.length, classes]);
  throw new TrainingError(
    `Trainer: expected targets [${labels.length}, ${classes}], got ${targets.length} values. ` +
      "The last layer decides the number of classes.",
  );
}

/** Refuses labels that are not among the classes, before they reach a loss. */
function checkLabels(labels: Float32Array, classes: number): void {
  const bad = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (bad === -1) return;
  throw new TrainingError(`Trainer: ${labelProblem(labels[bad] as number, bad, classes)}`);
}
