import { labelProblem, randomBits, tensor, type Tensor } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import { checkFinitePredictions } from "./finite.ts";

/** Samples that are worked on together. */
export interface Batch {
  /** Values in row-major order. */
  readonly inputs: Float32Array;
  /** Shape of `inputs`: [B, ...] for an encoder, [T, B, ...] for a network that takes sequences. */
  readonly shape: readonly number[];
  /** Class numbers, [B]. */
  readonly labels: Float32Array;
  /**
   * Time steps of each sample that count, [B], where shorter samples of [T, B, ...] are padded at the end; the
   * rest is left out (`setLengths`). All steps count if left out.
   */
  readonly lengths?: ArrayLike<number> | undefined;
  /** Class probabilities for the loss, [B, K], where samples are mixed; accuracies still count the labels. */
  readonly targets?: Float32Array | undefined;
}

/** Batches in order; may load them while the consumer works. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;

/** Seeds the encoders of evaluation, so that it neither varies nor touches the training's generator. */
const EVALUATION_KEY = 0x5eed;

/** The key that encoders get for a batch of an evaluation. */
export function evaluationKey(index: number): number {
  return randomBits(EVALUATION_KEY, index);
}

/** The part of `AbortSignal` that training looks at. */
export interface StopSignal {
  readonly aborted: boolean;
}

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
