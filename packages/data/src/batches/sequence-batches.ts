import { Random } from "@myelin/core";
import { checkBoolean, checkOptions } from "@myelin/core/checks";
import { streamKey } from "../random.ts";
import { checkSequences, type SequenceDataset } from "../sequences/index.ts";
import { type BatchInPieces, labelsOf, piecesOf, type Batch, wholes } from "./batches.ts";
import { augmentationKey, batchPlaces, ORDER_OPTIONS, type OrderOptions } from "./order.ts";

/** Options of {@link sequenceBatches}. */
export interface SequenceBatchOptions extends OrderOptions {
  /** Whether samples are changed at random, as the data set was told to; false if left out. */
  readonly augment?: boolean;
}

/**
 * One pass over a data set of sequences in batches [T, B, ...]; T may differ from batch to batch. What {@link batches}
 * promises about order and random numbers holds here too.
 *
 * @throws ShapeError for options that do not fit the data set
 * @example for (const { inputs, shape } of sequenceBatches(train, { batchSize: 256, shuffle: true, seed: 1, epoch })) ...
 */
export function sequenceBatches(dataset: SequenceDataset, options: SequenceBatchOptions): Iterable<Batch> {
  return wholes(sequenceBatchesInPieces(dataset, options));
}

/**
 * The same batches, of which any samples are made when they are asked for: T is then that of these samples.
 *
 * @throws ShapeError for options that do not fit the data set
 */
export function sequenceBatchesInPieces(
  dataset: SequenceDataset,
  options: SequenceBatchOptions,
): Iterable<BatchInPieces> {
  checkOptions("sequenceBatches", options, { ...ORDER_OPTIONS, augment: true }, "{ batchSize: 100 }");
  checkSequences("sequenceBatches", dataset);
  if (options.augment !== undefined) checkBoolean("sequenceBatches.augment", options.augment);
  const places = batchPlaces(dataset.count, options);
  const epochKey = augmentationKey(options);
  const random = options.augment === true ? (n: number) => new Random(streamKey(epochKey, n)) : undefined;
  const make = (index: number, samples: Uint32Array): Batch => {
    const { data, steps, lengths, targets } = dataset.collate(samples, random);
    const count = samples.length;
    const shape = [steps, count, ...dataset.stepShape];
    return { index, count, inputs: data, shape, labels: labelsOf(dataset.labels, samples), lengths, targets };
  };
  return {
    *[Symbol.iterator]() {
      for (const { index, samples } of places) yield piecesOf(samples, (some) => make(index, some));
    },
  };
}
