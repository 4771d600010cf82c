import { Random, ShapeError, type Batch as TrainingBatch } from "@myelin/core";
import { imageLength, type ImageDataset } from "../images/index.ts";
import { permutation, STREAMS, streamKey } from "../random.ts";
import type { Transform } from "../transforms/index.ts";
import { byteTable, channelScaling, writeBytes, writePixels, type Normalisation } from "./normalise.ts";

/** Options of {@link batches}. */
export interface BatchOptions {
  /** Samples a batch, B; at most as many as the data set has. */
  readonly batchSize: number;
  /** New order in every epoch; in the data set's order if left out. */
  readonly shuffle?: boolean;
  /** Seed of order and transforms; 0 if left out. */
  readonly seed?: number;
  /** Which pass over the data, from 0: another epoch, other numbers. */
  readonly epoch?: number;
  /** Random change of each image, before normalisation. */
  readonly transform?: Transform;
  readonly normalise?: Normalisation;
  /** Leave out the last batch if it is not full. */
  readonly dropLast?: boolean;
  /** Index of the first batch to make: resumes an epoch with the very numbers it would have had. */
  readonly startBatch?: number;
}

/** A part of a data set as a trainer takes it, and where it belongs. */
export interface Batch extends TrainingBatch {
  /** Place in the epoch, from 0. */
  readonly index: number;
  readonly count: number;
  /** f32 [count, C, H, W]: pixels on the scale 0 .. 1, then normalised. A new array each time. */
  readonly inputs: Float32Array;
  /** [count, C, H, W]. */
  readonly shape: readonly number[];
  /** f32 [count], class indices. */
  readonly labels: Float32Array;
}

/**
 * How many batches an epoch has.
 *
 * @throws ShapeError unless 1 <= batchSize <= count
 */
export function batchCount(
  count: number,
  { batchSize, dropLast = false }: Pick<BatchOptions, "batchSize" | "dropLast">,
): number {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > count) {
    throw new ShapeError(
      `batches: expected batchSize from 1 to the ${count} samples there are, got ${batchSize}. ` +
        `Choose a smaller batch or more data.`,
    );
  }
  return dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
}

/**
 * One pass over a data set in batches. The order depends on (seed, epoch) alone and the random numbers for sample `n`
 * on (seed, epoch, n) alone, so that an epoch resumed at any batch, or read in any order, repeats its bits.
 *
 * Options are checked when this is called; batches are made while they are asked for.
 *
 * @throws ShapeError for options that do not fit the data set
 * @example for (const { inputs, labels } of batches(train, { batchSize: 100, shuffle: true, seed: 1, epoch })) ...
 */
export function batches(dataset: ImageDataset, options: BatchOptions): Iterable<Batch> {
  const total = batchCount(dataset.count, options);
  const { batchSize, startBatch = 0, shuffle = false, seed = 0, epoch = 0 } = options;
  checkWhole("seed", seed);
  checkWhole("epoch", epoch, 0);
  checkWhole("startBatch", startBatch, 0, total);
  const write = sampleWriter(dataset, options);
  return {
    *[Symbol.iterator]() {
      const order = sampleOrder(dataset.count, shuffle ? streamKey(seed, STREAMS.shuffle, epoch) : undefined);
      for (let index = startBatch; index < total; index++) {
        const samples = order.subarray(index * batchSize, (index + 1) * batchSize);
        yield makeBatch(dataset, index, samples, write);
      }
    },
  };
}

/** Writes sample `n` of a data set, transformed and normalised, to `target` from `at`. */
type SampleWriter = (n: number, target: Float32Array, at: number) => void;

function sampleOrder(count: number, key: number | undefined): Uint32Array {
  return key === undefined ? Uint32Array.from({ length: count }, (_, n) => n) : permutation(count, key);
}

function makeBatch(dataset: ImageDataset, index: number, samples: Uint32Array, write: SampleWriter): Batch {
  const count = samples.length;
  const length = imageLength(dataset);
  const inputs = new Float32Array(count * length);
  const labels = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const n = samples[i]!;
    write(n, inputs, i * length);
    labels[i] = dataset.labels[n]!;
  }
  const { channels, height, width } = dataset;
  return { index, count, inputs, shape: [count, channels, height, width], labels };
}

function sampleWriter(dataset: ImageDataset, options: BatchOptions): SampleWriter {
  const { transform, normalise, seed = 0, epoch = 0 } = options;
  const length = imageLength(dataset);
  const scaling = channelScaling(normalise, dataset.channels);
  if (!transform) {
    const table = byteTable(scaling);
    return (n, target, at) => writeBytes(dataset.images, n * length, table, target, at, dataset);
  }
  const unscaled = byteTable(channelScaling(undefined, dataset.channels));
  const input = new Float32Array(length);
  const output = new Float32Array(length);
  const epochKey = streamKey(seed, STREAMS.augment, epoch);
  return (n, target, at) => {
    writeBytes(dataset.images, n * length, unscaled, input, 0, dataset);
    transform(input, output, dataset, new Random(streamKey(epochKey, n)));
    writePixels(output, scaling, target, at);
  };
}

function checkWhole(
  option: string,
  value: number,
  smallest = Number.MIN_SAFE_INTEGER,
  largest = Number.MAX_SAFE_INTEGER,
) {
  if (Number.isSafeInteger(value) && value >= smallest && value <= largest) return;
  throw new ShapeError(
    `batches: expected ${option} as a whole number from ${smallest} to ${largest}, got ${value}. ` +
      `Leave it out to start at 0.`,
  );
}
