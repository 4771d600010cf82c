import { type Batch as TrainingBatch, Random } from "@myelin/core";
import { checkFunction, checkOptions } from "@myelin/core/checks";
import type { BatchInPieces as TrainingBatchInPieces } from "@myelin/core/training";
import { checkImages, imageLength, type ImageDataset } from "../images/index.ts";
import { streamKey } from "../random.ts";
import type { Transform } from "../transforms/index.ts";
import { byteTable, channelScaling, writeBytes, writePixels, type Normalisation } from "./normalise.ts";
import { augmentationKey, batchPlaces, ORDER_OPTIONS, type OrderOptions } from "./order.ts";

/** Options of {@link batches}. */
export interface BatchOptions extends OrderOptions {
  /** Random change of each image, before normalisation. */
  readonly transform?: Transform;
  readonly normalise?: Normalisation;
}

/** A part of a data set as a trainer takes it, and where it belongs. */
export interface Batch extends TrainingBatch {
  /** Place in the epoch, from 0. */
  readonly index: number;
  readonly count: number;
  /** f32, a new array each time; of images pixels on the scale 0 .. 1, then normalised. */
  readonly inputs: Float32Array;
  /** [count, C, H, W] for images, [T, count, ...] for sequences. */
  readonly shape: readonly number[];
  /** f32 [count], class indices. */
  readonly labels: Float32Array;
}

/** A batch of a data set of which any samples are made when they are asked for. */
export interface BatchInPieces extends TrainingBatchInPieces {
  /** Its samples `from` .. `to`. */
  piece(from: number, to: number): Batch;
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
  return wholes(batchesInPieces(dataset, options));
}

/**
 * The same batches, of which any samples are made when they are asked for.
 *
 * @throws ShapeError for options that do not fit the data set
 */
export function batchesInPieces(dataset: ImageDataset, options: BatchOptions): Iterable<BatchInPieces> {
  checkOptions(
    "batches",
    options,
    { ...ORDER_OPTIONS, transform: true, normalise: true },
    "{ batchSize: 100 }",
  );
  checkImages("batches", dataset);
  if (options.transform !== undefined) checkFunction("batches.transform", options.transform);
  const places = batchPlaces(dataset.count, options);
  const write = sampleWriter(dataset, options);
  return {
    *[Symbol.iterator]() {
      for (const { index, samples } of places) {
        yield piecesOf(samples, (some) => makeBatch(dataset, index, some, write));
      }
    },
  };
}

/** A batch of some samples that `make` makes of any of them. */
export function piecesOf(samples: Uint32Array, make: (samples: Uint32Array) => Batch): BatchInPieces {
  return { count: samples.length, piece: (from, to) => make(samples.subarray(from, to)) };
}

/** Batches as a whole. */
export function wholes(made: Iterable<BatchInPieces>): Iterable<Batch> {
  return {
    *[Symbol.iterator]() {
      for (const { count, piece } of made) yield piece(0, count);
    },
  };
}

/** Writes sample `n` of a data set, transformed and normalised, to `target` from `at`. */
type SampleWriter = (n: number, target: Float32Array, at: number) => void;

function makeBatch(dataset: ImageDataset, index: number, samples: Uint32Array, write: SampleWriter): Batch {
  const count = samples.length;
  const length = imageLength(dataset);
  const inputs = new Float32Array(count * length);
  samples.forEach((n, i) => write(n, inputs, i * length));
  const { channels, height, width } = dataset;
  return {
    index,
    count,
    inputs,
    shape: [count, channels, height, width],
    labels: labelsOf(dataset.labels, samples),
  };
}

/** f32 labels of some samples. */
export function labelsOf(labels: Uint32Array, samples: Uint32Array): Float32Array {
  return Float32Array.from(samples, (n) => labels[n]!);
}

function sampleWriter(dataset: ImageDataset, options: BatchOptions): SampleWriter {
  const { transform, normalise } = options;
  const length = imageLength(dataset);
  const scaling = channelScaling(normalise, dataset.channels);
  if (!transform) {
    const table = byteTable(scaling);
    return (n, target, at) => writeBytes(dataset.images, n * length, table, target, at, dataset);
  }
  const unscaled = byteTable(channelScaling(undefined, dataset.channels));
  const input = new Float32Array(length);
  const output = new Float32Array(length);
  const epochKey = augmentationKey(options);
  return (n, target, at) => {
    writeBytes(dataset.images, n * length, unscaled, input, 0, dataset);
    transform(input, output, dataset, new Random(streamKey(epochKey, n)));
    writePixels(output, scaling, target, at);
  };
}
