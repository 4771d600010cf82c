import { ShapeError } from "@myelin/core";
import { checkOptions, describeValue, refuse } from "@myelin/core/checks";
import { type PixelNormalisation, scalingOf, type PixelScaling, scaledPixel } from "@myelin/core/runs";
import { plural } from "../bytes/index.ts";
import type { ImageShape } from "../images/index.ts";

/** `(pixel - mean) / std` with pixels on the scale 0 .. 1; one number for all channels or one for each. */
export interface Normalisation {
  readonly mean: number | readonly number[];
  readonly std: number | readonly number[];
}

/** A normalisation as factor and offset for each channel; none leaves pixels as they are. */
export function channelScaling(normalise: Normalisation | undefined, channels: number): PixelScaling {
  return scalingOf(perEach(normalise, channels, "channel"));
}

/** A normalisation as mean and standard deviation for each column; none leaves values as they are. */
export function columnScaling(normalise: Normalisation | undefined, columns: number): PixelNormalisation {
  return perEach(normalise, columns, "column");
}

/** @param noun what there are numbers for, in messages */
function perEach(normalise: Normalisation | undefined, count: number, noun: string): PixelNormalisation {
  checkOptions("batches.normalise", normalise ?? {}, { mean: true, std: true });
  const mean = numbersFor("mean", normalise?.mean ?? 0, count, noun);
  const std = numbersFor("std", normalise?.std ?? 1, count, noun);
  const zero = std.findIndex((value) => !(value > 0));
  if (zero >= 0) {
    throw new ShapeError(
      `batches: expected normalise.std above 0, got ${std[zero]} for ${noun} ${zero}. ` +
        `${noun === "channel" ? "pixelStatistics" : "columnStatistics"}() measures it.`,
    );
  }
  return { mean, std };
}

function numbersFor(
  option: string,
  value: number | readonly number[],
  count: number,
  noun: string,
): readonly number[] {
  const isArray: boolean = Array.isArray(value);
  if (typeof value !== "number" && !isArray) {
    refuse(`batches.normalise.${option}`, `a number or one for each ${noun}`, value);
  }
  const values = typeof value === "number" ? new Array<number>(count).fill(value) : value;
  if (values.length === count && Array.from(values).every(Number.isFinite)) return values;
  throw new ShapeError(
    `batches: expected normalise.${option} as one finite number or ${count} of them, got ${describeValue(values)}. ` +
      `The samples have ${plural(count, noun)}.`,
  );
}

/** For each channel and byte value the normalised pixel: f32 [C, 256]. */
export function byteTable(scaling: PixelScaling): Float32Array {
  return Float32Array.from({ length: scaling.factors.length * 256 }, (_, i) =>
    scaledPixel(i & 255, scaling, i >> 8),
  );
}

/** Writes normalised bytes of one image (from `start` in `bytes`) to `target` (from `at`). */
export function writeBytes(
  bytes: Uint8Array,
  start: number,
  table: Float32Array,
  target: Float32Array,
  at: number,
  { channels, height, width }: ImageShape,
): void {
  const positions = height * width;
  for (let channel = 0; channel < channels; channel++) {
    const first = channel * positions;
    const row = channel * 256;
    for (let i = first; i < first + positions; i++) target[at + i] = table[row + bytes[start + i]!]!;
  }
}

/** Writes the normalised pixels of one image to `target` (from `at`). */
export function writePixels(
  pixels: Float32Array,
  { factors, offsets }: PixelScaling,
  target: Float32Array,
  at: number,
): void {
  const positions = pixels.length / factors.length;
  for (let channel = 0; channel < factors.length; channel++) {
    const factor = factors[channel]!;
    const offset = offsets[channel]!;
    const first = channel * positions;
    for (let i = first; i < first + positions; i++) target[at + i] = pixels[i]! * factor + offset;
  }
}
