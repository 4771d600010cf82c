import type { Batch, BatchInPieces, Dataset } from "@myelin/data";
import type { PixelNormalisation } from "@myelin/core/runs";
import { setImmediate } from "node:timers/promises";
import type { SamplePart } from "../../records/index.ts";

/** The samples of one part of a data set, prepared as a recipe says. */
export interface Samples extends Dataset {
  /** Samples that each recording gives, side by side; 1 when absent. */
  readonly clips?: number;
  /** Which samples these are, if a recipe's limit left out others. */
  readonly part?: SamplePart | undefined;
}

/** What a run keeps of its data, so that labels mean the same for as long as the network lives. */
export interface DataTable {
  /** What the data called themselves when the run was begun: a folder of one's own may have moved. */
  readonly data?: string | undefined;
  /** What each label stands for. */
  readonly classNames: readonly string[];
  /** The sensor of recordings in a folder of one's own. */
  readonly sensor?: readonly [width: number, height: number] | undefined;
  /** The shape of a sample, as the run was begun. */
  readonly input?: readonly number[] | undefined;
  /** How many units spike trains of one's own have. */
  readonly units?: number | undefined;
  /** What the numbers of a row are called. */
  readonly columns?: readonly string[] | undefined;
  /** Mean and standard deviation of the training samples, where the recipe has them measured. */
  readonly normalise?: PixelNormalisation | undefined;
  /** A check sum of the training samples of one's own. */
  readonly contents?: string | undefined;
}

/** The samples of a run, split as its recipe says. */
export interface Splits {
  readonly train: Samples;
  readonly validation: Samples | undefined;
  readonly test: Samples;
  /** What the run keeps of data of one's own. */
  readonly table?: DataTable;
}

/** The same for processes that share the batches, each of which makes its own. */
export async function* sharedBatches(samples: Samples, batchSize: number): AsyncIterable<BatchInPieces> {
  for (const batch of samples.batchesInPieces({ batchSize: Math.min(batchSize, samples.count) })) {
    await setImmediate();
    yield batch;
  }
}

/** All samples in order. Signals and drawing get their turn before each batch: inside one they may not. */
export async function* evaluationBatches(samples: Samples, batchSize: number): AsyncIterable<Batch> {
  for (const batch of samples.batches({ batchSize: Math.min(batchSize, samples.count) })) {
    await setImmediate();
    yield batch;
  }
}
