import type { Batch, OrderOptions } from "@myelin/data";
import { setImmediate } from "node:timers/promises";
import type { SamplePart } from "../../records/index.ts";

/** The samples of one part of a data set, prepared as a recipe says: all that training has to know about them. */
export interface Samples {
  readonly name: string;
  readonly count: number;
  readonly classes: number;
  readonly classNames: readonly string[];
  readonly labels: Uint32Array;
  /** One sample, or one time step of a sample that is a sequence: [features] or [channels, height, width]. */
  readonly shape: readonly number[];
  /** Whether samples are sequences. */
  readonly sequence: boolean;
  /** Samples that each recording gives, side by side; 1 when absent. */
  readonly clips?: number;
  /** Which samples these are, if a recipe's limit left out others. */
  readonly part?: SamplePart | undefined;
  /** Batches of samples as they are. Options are checked at once, batches made when they are asked for. */
  plain(options: OrderOptions): Iterable<Batch>;
  /** Batches of samples that are changed at random, for training. */
  augmented(options: OrderOptions): Iterable<Batch>;
  /** The samples at `indices`. */
  select(indices: ArrayLike<number>): Samples;
}

/** What a run keeps of its data, so that labels mean the same for as long as the network lives. */
export interface DataTable {
  /** What each label stands for. */
  readonly classNames: readonly string[];
  /** The sensor of recordings in a folder of one's own. */
  readonly sensor?: readonly [width: number, height: number] | undefined;
}

/** The samples of a run, split as its recipe says. */
export interface Splits {
  readonly train: Samples;
  readonly validation: Samples | undefined;
  readonly test: Samples;
  /** What the run keeps of data of one's own. */
  readonly table?: DataTable;
}

/** All samples in order. Signals and drawing get their turn before each batch: inside one they may not. */
export async function* evaluationBatches(samples: Samples, batchSize: number): AsyncIterable<Batch> {
  for (const batch of samples.plain({ batchSize: Math.min(batchSize, samples.count) })) {
    await setImmediate();
    yield batch;
  }
}
