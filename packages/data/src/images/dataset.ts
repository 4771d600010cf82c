import { FormatError, ShapeError } from "@myelin/core";
import {
  checkArray,
  checkInteger,
  checkNumbers,
  checkOptions,
  checkText,
  describeValue,
  refuse,
} from "@myelin/core/checks";
import { checkedLabels } from "../labels.ts";

/** The size of one image: axes in the order in which its numbers are stored. */
export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Labelled images of one size, held in memory as bytes. */
export interface ImageDataset extends ImageShape {
  readonly name: string;
  /** uint8 [count, channels, height, width]. */
  readonly images: Uint8Array;
  /** uint32 [count], each 0 .. classes-1. */
  readonly labels: Uint32Array;
  readonly count: number;
  readonly classes: number;
  /** What each label stands for, `classes` names. */
  readonly classNames: readonly string[];
}

/** What {@link imageDataset} needs; `count` and `classes` follow from the rest. Labels may be an array of any kind. */
export type ImageDatasetParts = Omit<ImageDataset, "count" | "classes" | "labels"> & {
  readonly labels: ArrayLike<number>;
};

/**
 * Requires a data set of images.
 *
 * @throws MyelinError for anything else
 */
export function checkImages(symbol: string, dataset: ImageDataset): ImageDataset {
  const { images, labels } = (dataset ?? {}) as Partial<ImageDataset>;
  if (images instanceof Uint8Array && labels instanceof Uint32Array) return dataset;
  return refuse(symbol, "a data set of images such as imageDataset gives", dataset);
}

/** How many numbers one image has. */
export function imageLength({ channels, height, width }: ImageShape): number {
  return channels * height * width;
}

/**
 * Makes a data set of arrays after checking that they belong together.
 *
 * @throws FormatError if pixels are no bytes, if there are no images, if images and labels differ in number or if a label has no class
 * @example imageDataset({ name: "mine", images, labels, channels: 1, height: 28, width: 28, classNames: ["cat", "dog"] })
 */
export function imageDataset(parts: ImageDatasetParts): ImageDataset {
  checkOptions<Parts>(
    "imageDataset",
    parts,
    PARTS,
    "{ name, images, labels, channels, height, width, classNames }",
  );
  const { name, images, labels, classNames } = parts;
  checkText("imageDataset.name", name);
  checkArray("imageDataset.classNames", classNames, "an array of names", checkText);
  checkNumbers("imageDataset.labels", labels);
  for (const side of ["channels", "height", "width"] as const) {
    checkInteger(`imageDataset.${side}`, parts[side], { min: 1 });
  }
  if (!(images instanceof Uint8Array)) {
    throw new FormatError(
      `imageDataset: ${name}: expected pixels as a Uint8Array, 0 to 255, got ${describeValue(images)}. ` +
        `Numbers from 0 to 1 have to be multiplied by 255 and rounded.`,
    );
  }
  const count = labels.length;
  const expected = count * imageLength(parts);
  if (count === 0 || images.length !== expected) {
    throw new FormatError(
      `imageDataset: ${name}: expected at least one image and ${expected} pixels for ${count} labels, ` +
        `got ${images.length} pixels. Images and labels must come from the same split.`,
    );
  }
  const classes = classNames.length;
  return { ...parts, count, classes, labels: checkedLabels(`imageDataset: ${name}`, labels, classes) };
}

/** The parts, and what {@link imageDataset} adds to them. */
type Parts = ImageDatasetParts & Partial<Pick<ImageDataset, "count" | "classes">>;

const PARTS = {
  ...({ name: true, images: true, labels: true, classNames: true } as const),
  ...({ channels: true, height: true, width: true, count: true, classes: true } as const),
} as const;

/**
 * The samples at `indices`, in that order, as a data set of their own (a copy).
 *
 * @throws ShapeError if there are no indices or one is out of range
 */
export function selectSamples(dataset: ImageDataset, indices: ArrayLike<number>): ImageDataset {
  checkImages("selectSamples", dataset);
  checkNumbers("selectSamples.indices", indices);
  const count = indices.length;
  if (count === 0) {
    throw new ShapeError(
      `selectSamples: expected at least one index, got 0. Ask for some samples of ${dataset.name}.`,
    );
  }
  const length = imageLength(dataset);
  const images = new Uint8Array(count * length);
  const labels = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const index = indices[i] ?? -1;
    const label = dataset.labels[index];
    if (label === undefined) {
      throw new ShapeError(
        `selectSamples: expected indices from 0 to ${dataset.count - 1}, got ${index}. ` +
          `${dataset.name} has ${dataset.count} samples.`,
      );
    }
    images.set(dataset.images.subarray(index * length, (index + 1) * length), i * length);
    labels[i] = label;
  }
  return { ...dataset, images, labels, count };
}

/** Mean and standard deviation of the pixels of each channel, on the scale 0 .. 1. */
export interface PixelStatistics {
  readonly mean: number[];
  readonly std: number[];
}

/** Measures what `normalise` of {@link batches} needs, from every pixel of a data set (use the training split). */
export function pixelStatistics(dataset: ImageDataset): PixelStatistics {
  checkImages("pixelStatistics", dataset);
  const mean: number[] = [];
  const std: number[] = [];
  for (let channel = 0; channel < dataset.channels; channel++) {
    const histogram = channelHistogram(dataset, channel);
    const pixels = histogram.reduce((sum, n) => sum + n, 0);
    const m = histogram.reduce((sum, n, value) => sum + (n * value) / 255, 0) / pixels;
    const variance = histogram.reduce((sum, n, value) => sum + n * (value / 255 - m) ** 2, 0) / pixels;
    mean.push(m);
    std.push(Math.sqrt(variance));
  }
  return { mean, std };
}

function channelHistogram(
  { images, count, channels, height, width }: ImageDataset,
  channel: number,
): Float64Array {
  const positions = height * width;
  const histogram = new Float64Array(256);
  for (let sample = 0; sample < count; sample++) {
    const start = (sample * channels + channel) * positions;
    for (let i = start; i < start + positions; i++) histogram[images[i]!]!++;
  }
  return histogram;
}
