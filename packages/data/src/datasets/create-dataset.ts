import { checkBoolean, checkFunction, checkOptions, isPlainObject, refuse } from "@myelin/core/checks";
import {
  batches,
  batchesInPieces,
  type BatchOptions,
  channelScaling,
  columnScaling,
  sequenceBatches,
  sequenceBatchesInPieces,
  type Normalisation,
  valueBatches,
  valueBatchesInPieces,
  type ValueBatchOptions,
} from "../batches/index.ts";
import { holdOut } from "../hold-out.ts";
import { selectSamples, splitDataset, type ImageDataset } from "../images/index.ts";
import { splitBySource, splitSequences, type SequenceDataset } from "../sequences/index.ts";
import { selectRows, type ValueDataset } from "../tables/index.ts";
import type { Transform } from "../transforms/index.ts";
import type { Dataset, DatasetBatchOptions, DatasetSplit, SplitBySource } from "./dataset.ts";

/** How images, or the rows of a table, become the inputs of a network. */
export interface ImagePreparation {
  /** Mean and standard deviation; of pixels on the scale 0 .. 1. They stay as they are if left out. */
  readonly normalise?: Normalisation | undefined;
  /** Random change of each image of an augmented batch, before normalisation. */
  readonly transform?: Transform | undefined;
}

/**
 * One face for data sets of every kind: images (`loadDataset`, `imageDataset`), events (`eventDataset`), spikes
 * (`spikeSequences`) and rows of numbers (`valueDataset`).
 *
 * @param source is not copied
 * @param preparation of images; of rows `normalise` alone; sequences bring theirs along
 * @throws MyelinError for a source of another kind, or for options that are unknown or do not fit it
 * @example
 * const mnist = createDataset(await loadDataset("mnist", { split: "train" }), { normalise: { mean: 0.13, std: 0.31 } });
 * const { train, validation } = mnist.split({ validation: 0.1, seed: 1 });
 * for (const batch of train.batches({ batchSize: 100, shuffle: true, seed: 1, epoch, augment: true })) ...
 */
export function createDataset(
  source: ImageDataset | SequenceDataset | ValueDataset,
  preparation: ImagePreparation = {},
): Dataset {
  if (isSequences(source)) {
    checkOptions<object>("createDataset", preparation, {}, "{}");
    return ofSequences(source);
  }
  if (isRows(source)) {
    const { normalise } = checkOptions<Pick<ImagePreparation, "normalise">>(
      "createDataset",
      preparation,
      { normalise: true },
      "{ normalise }",
    );
    columnScaling(normalise, source.columns.length);
    return ofRows(source, normalise);
  }
  const isImages: boolean = (source as Partial<ImageDataset> | undefined)?.images instanceof Uint8Array;
  if (!isImages || !(source.labels instanceof Uint32Array)) {
    refuse(
      "createDataset",
      "a data set of images or sequences",
      source,
      "spikeSequences makes one of spikes.",
    );
  }
  checkOptions(
    "createDataset",
    preparation,
    { normalise: true, transform: true },
    "{ normalise, transform }",
  );
  channelScaling(preparation.normalise, source.channels);
  if (preparation.transform !== undefined) checkFunction("createDataset.transform", preparation.transform);
  return ofImages(source, preparation);
}

function isRows(source: ImageDataset | ValueDataset): source is ValueDataset {
  return (source as Partial<ValueDataset> | undefined)?.values instanceof Float64Array;
}

function ofRows(rows: ValueDataset, normalise: Normalisation | undefined): Dataset {
  // Rows have nothing that is changed at random.
  const order = (options: DatasetBatchOptions) =>
    ({ ...checkBatching(options), augment: undefined, normalise }) as ValueBatchOptions;
  return {
    ...facts(rows),
    ...{ shape: [rows.columns.length], sequence: false, rows },
    batches: (options) => valueBatches(rows, order(options)),
    batchesInPieces: (options) => valueBatchesInPieces(rows, order(options)),
    select: (indices) => ofRows(selectRows(rows, indices), normalise),
    split(options) {
      if (isBySource(options)) {
        return refuse("Dataset.split", "a share to hold out, as rows have no sources", options, "Try 0.1.");
      }
      const { train, validation } = holdOut("Dataset.split", rows, options);
      return {
        train: ofRows(selectRows(rows, train), normalise),
        validation: ofRows(selectRows(rows, validation), normalise),
      };
    },
  };
}

function isSequences(source: ImageDataset | SequenceDataset | ValueDataset): source is SequenceDataset {
  const { collate, labels } = (source ?? {}) as Partial<SequenceDataset>;
  return typeof collate === "function" && labels instanceof Uint32Array;
}

function ofImages(images: ImageDataset, preparation: ImagePreparation): Dataset {
  const { channels, height, width } = images;
  const prepared = (options: DatasetBatchOptions): BatchOptions => {
    const { augment, ...order } = checkBatching(options);
    const { normalise, transform } = preparation;
    return {
      ...order,
      ...(normalise && { normalise }),
      ...(augment === true && transform && { transform }),
    };
  };
  return {
    ...facts(images),
    ...{ shape: [channels, height, width], sequence: false, images },
    batches: (options) => batches(images, prepared(options)),
    batchesInPieces: (options) => batchesInPieces(images, prepared(options)),
    select: (indices) => ofImages(selectSamples(images, indices), preparation),
    split(options) {
      if (isBySource(options)) {
        return refuse("Dataset.split", "a share to hold out, as images have no sources", options, "Try 0.1.");
      }
      return both(splitDataset(images, options), (part) => ofImages(part, preparation));
    },
  };
}

function ofSequences(sequences: SequenceDataset): Dataset {
  return {
    ...facts(sequences),
    ...{ shape: sequences.stepShape, sequence: true },
    batches: (options) => sequenceBatches(sequences, checkBatching(options)),
    batchesInPieces: (options) => sequenceBatchesInPieces(sequences, checkBatching(options)),
    select: (indices) => ofSequences(sequences.select(indices)),
    split: (options) =>
      both(
        isBySource(options) ? splitBySource(sequences, options.sources) : splitSequences(sequences, options),
        ofSequences,
      ),
  };
}

type Facts = Pick<Dataset, "name" | "count" | "classes" | "classNames" | "labels">;

function facts({ name, count, classes, classNames, labels }: Facts): Facts {
  return { name, count, classes, classNames, labels };
}

/** What is left is checked by those who make the batches. */
function checkBatching(options: DatasetBatchOptions): DatasetBatchOptions {
  if (!isPlainObject(options)) refuse("Dataset.batches", "options such as { batchSize: 100 }", options);
  if (options.augment !== undefined) checkBoolean("Dataset.batches.augment", options.augment);
  return options;
}

function isBySource(options: unknown): options is SplitBySource {
  return isPlainObject(options) && "sources" in options;
}

function both<Part>(
  { train, validation }: { readonly train: Part; readonly validation: Part },
  prepared: (part: Part) => Dataset,
): DatasetSplit {
  return { train: prepared(train), validation: prepared(validation) };
}
