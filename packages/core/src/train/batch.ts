import { randomBits } from "../engine/index.ts";

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
