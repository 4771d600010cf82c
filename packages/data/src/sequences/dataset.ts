import type { Random } from "@myelin/core";
import { refuse } from "@myelin/core/checks";

/** The names of {@link PaddingMode}. */
export const PADDING_MODES = ["masked", "paper"] as const;

/**
 * What becomes of the zeros at the end of samples that are shorter than others of their batch: "masked", training
 * leaves them out, so that results do not depend on who shares a batch; "paper", they count as input, as in much
 * published code.
 */
export type PaddingMode = (typeof PADDING_MODES)[number];

/** Samples of equal length in time, zero-padded at the end where they were shorter. */
export interface SequenceBlock {
  /** f32 [steps, samples, ...stepShape]. */
  readonly data: Float32Array;
  /** T, the number of time steps. */
  readonly steps: number;
  /** Time steps of each sample before its padding, [samples]; absent where all steps count. */
  readonly lengths?: Uint32Array | undefined;
  /** Class probabilities f32 [samples, classes], where augmentation has mixed samples. */
  readonly targets?: Float32Array;
}

/**
 * Requires a data set of sequences.
 *
 * @throws MyelinError for anything else
 */
export function checkSequences(symbol: string, dataset: SequenceDataset): SequenceDataset {
  const { collate, labels } = (dataset ?? {}) as Partial<SequenceDataset>;
  if (typeof collate === "function" && labels instanceof Uint32Array) return dataset;
  return refuse(symbol, "a data set of sequences such as spikeSequences gives", dataset);
}

/**
 * Labelled sequences: spike trains, or frames of events. How they are held in memory is the data set's own
 * affair; numbers are made for a batch at a time.
 */
export interface SequenceDataset {
  readonly name: string;
  readonly count: number;
  readonly classes: number;
  /** What each label stands for, `classes` names. */
  readonly classNames: readonly string[];
  /** uint32 [count], each 0 .. classes-1. */
  readonly labels: Uint32Array;
  /** One time step of one sample: [features] or [channels, height, width]. */
  readonly stepShape: readonly number[];
  /** Who or what each sample comes from (a speaker, a day of recording), for splits; absent when unknown. */
  readonly sources?: Uint32Array;
  /**
   * The samples at `indices`, in that order, zero-padded at the end to the longest of them; frame data has the
   * same number of steps throughout.
   *
   * @param random generator for the sample at an index; when given, samples are augmented with it
   * @throws ShapeError if there are no indices or one is out of range
   */
  collate(indices: ArrayLike<number>, random?: (sample: number) => Random): SequenceBlock;
  /**
   * The samples at `indices`, in that order, as a data set of their own, which may share memory with this one.
   *
   * @throws ShapeError if there are no indices or one is out of range
   */
  select(indices: ArrayLike<number>): SequenceDataset;
}
