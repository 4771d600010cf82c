import type { Batch, BatchInPieces, OrderOptions } from "../batches/index.ts";
import type { SplitOptions } from "../hold-out.ts";
import type { ImageDataset } from "../images/index.ts";
import type { ValueDataset } from "../tables/index.ts";

/** Options of {@link Dataset.batches}. */
export interface DatasetBatchOptions extends OrderOptions {
  /** Whether samples are changed at random, as the data set was told to; false if left out. */
  readonly augment?: boolean;
}

/** Holds out all samples of some sources, such as speakers, by their numbers. */
export interface SplitBySource {
  readonly sources: readonly number[];
}

/** A data set in two parts. */
export interface DatasetSplit {
  readonly train: Dataset;
  readonly validation: Dataset;
}

/**
 * Labelled samples of any kind, prepared for a network: what a training has to know about images, events or spikes.
 * {@link createDataset} makes it.
 */
export interface Dataset {
  readonly name: string;
  /** How many samples there are. */
  readonly count: number;
  readonly classes: number;
  /** What each label stands for, `classes` names. */
  readonly classNames: readonly string[];
  /** uint32 [count], each 0 .. classes-1. */
  readonly labels: Uint32Array;
  /** One sample, or one time step of a sample that is a sequence: [features] or [channels, height, width]. */
  readonly shape: readonly number[];
  /** Whether samples are sequences: batches are then [T, B, ...shape], else [B, ...shape]. */
  readonly sequence: boolean;
  /** The pixels, where samples are still images. */
  readonly images?: ImageDataset;
  /** The numbers, where samples are the rows of a table. */
  readonly rows?: ValueDataset;
  /**
   * One pass over the samples. The order depends on (seed, epoch) alone and the random numbers for sample `n` on
   * (seed, epoch, n) alone. Options are checked when this is called, batches are made while they are asked for.
   *
   * @throws ShapeError for options that do not fit the data set
   */
  batches(options: DatasetBatchOptions): Iterable<Batch>;
  /** The same batches, of which any samples are made when they are asked for: for processes that share them. */
  batchesInPieces(options: DatasetBatchOptions): Iterable<BatchInPieces>;
  /**
   * The samples at `indices`, in that order, prepared in the same way.
   *
   * @throws ShapeError if there are no indices or one is out of range
   */
  select(indices: ArrayLike<number>): Dataset;
  /**
   * Two parts, both in the order of the data set: a share of each class is held out, drawn by (seed, labels) alone, or
   * all samples of some sources.
   *
   * @throws ShapeError if one part would be empty, or if sources are asked for that the data set does not know
   */
  split(options: SplitOptions | SplitBySource): DatasetSplit;
}
