import { checkOptions } from "@myelin/core/checks";
import { checkValues, type ValueDataset } from "../tables/index.ts";
import { type Batch, type BatchInPieces, labelsOf, piecesOf, wholes } from "./batches.ts";
import { columnScaling, type Normalisation } from "./normalise.ts";
import { batchPlaces, ORDER_OPTIONS, type OrderOptions } from "./order.ts";

/** Options of {@link valueBatches}. */
export interface ValueBatchOptions extends OrderOptions {
  /** `(value - mean) / std`, one number for all columns or one for each. */
  readonly normalise?: Normalisation | undefined;
}

/**
 * One pass over the rows of a data set in batches [B, columns]. What {@link batches} promises about order holds here too.
 *
 * @throws ShapeError for options that do not fit the data set
 * @example for (const { inputs, labels } of valueBatches(train, { batchSize: 32, shuffle: true, seed: 1, epoch })) ...
 */
export function valueBatches(dataset: ValueDataset, options: ValueBatchOptions): Iterable<Batch> {
  return wholes(valueBatchesInPieces(dataset, options));
}

/**
 * The same batches, of which any samples are made when they are asked for.
 *
 * @throws ShapeError for options that do not fit the data set
 */
export function valueBatchesInPieces(
  dataset: ValueDataset,
  options: ValueBatchOptions,
): Iterable<BatchInPieces> {
  checkOptions("valueBatches", options, { ...ORDER_OPTIONS, normalise: true }, "{ batchSize: 100 }");
  const { columns, values, count, labels } = checkValues("valueBatches", dataset);
  const width = columns.length;
  const places = batchPlaces(count, options);
  const { mean, std } = columnScaling(options.normalise, width);
  const make = (index: number, samples: Uint32Array): Batch => {
    const inputs = new Float32Array(samples.length * width);
    samples.forEach((row, i) => {
      for (let j = 0; j < width; j++) {
        inputs[i * width + j] = (values[row * width + j]! - mean[j]!) / std[j]!;
      }
    });
    const shape = [samples.length, width];
    return { index, count: samples.length, inputs, shape, labels: labelsOf(labels, samples) };
  };
  return {
    *[Symbol.iterator]() {
      for (const { index, samples } of places) yield piecesOf(samples, (some) => make(index, some));
    },
  };
}
