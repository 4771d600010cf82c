import type { ImageShape } from "../images/index.ts";

/** Where an output pixel comes from: `sourceX = xx * x + xy * y + x0`, `sourceY = yx * x + yy * y + y0`. */
export interface AffineMap {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly x0: number;
  readonly y0: number;
}

/** Resamples every channel of `input` (f32 [C, H, W]) into `output`; outside the image is 0. */
export type Warp = (input: Float32Array, output: Float32Array, size: ImageShape, map: AffineMap) => void;

/**
 * Zeros around a channel, so that sampling needs no border cases: coordinates are moved by 1 and held within
 * 0 .. size + 1, where the pixel on the right or below still exists.
 */
const BORDER = 3;

/** Takes the value of the nearest pixel. */
export function nearestWarp(): Warp {
  return channelWarp(0.5, sampleNearestRow);
}

/** Weights the four neighbours by their nearness. */
export function bilinearWarp(): Warp {
  return channelWarp(0, sampleBilinearRow);
}

type SampleRow = typeof sampleBilinearRow;

function channelWarp(rounding: number, sampleRow: SampleRow): Warp {
  let padded = new Float32Array(0);
  return (input, output, { channels, height, width }, { xx, xy, x0, yx, yy, y0 }) => {
    const paddedLength = (height + BORDER) * (width + BORDER);
    if (padded.length !== paddedLength) padded = new Float32Array(paddedLength);
    for (let channel = 0; channel < channels; channel++) {
      const plane = channel * height * width;
      fillInside(padded, input, plane, height, width);
      for (let y = 0; y < height; y++) {
        const startX = xy * y + x0 + 1 + rounding;
        const startY = yy * y + y0 + 1 + rounding;
        sampleRow(padded, height, width, xx, startX, yx, startY, output, plane + y * width);
      }
    }
  };
}

function fillInside(
  padded: Float32Array,
  input: Float32Array,
  plane: number,
  height: number,
  width: number,
): void {
  for (let y = 0; y < height; y++) {
    const row = plane + y * width;
    const target = (y + 1) * (width + BORDER) + 1;
    for (let x = 0; x < width; x++) padded[target + x] = input[row + x]!;
  }
}

// The two below take plain numbers, no objects: they run for every row of every image.

function sampleBilinearRow(
  padded: Float32Array,
  height: number,
  width: number,
  stepX: number,
  startX: number,
  stepY: number,
  startY: number,
  output: Float32Array,
  at: number,
): void {
  const stride = width + BORDER;
  for (let i = 0; i < width; i++) {
    const x = clamp(stepX * i + startX, width + 1);
    const y = clamp(stepY * i + startY, height + 1);
    const column = x | 0;
    const row = y | 0;
    const right = x - column;
    const corner = row * stride + column;
    const topLeft = padded[corner]!;
    const bottomLeft = padded[corner + stride]!;
    const top = topLeft + right * (padded[corner + 1]! - topLeft);
    const bottom = bottomLeft + right * (padded[corner + stride + 1]! - bottomLeft);
    output[at + i] = top + (y - row) * (bottom - top);
  }
}

function sampleNearestRow(
  padded: Float32Array,
  height: number,
  width: number,
  stepX: number,
  startX: number,
  stepY: number,
  startY: number,
  output: Float32Array,
  at: number,
): void {
  const stride = width + BORDER;
  for (let i = 0; i < width; i++) {
    const column = clamp(stepX * i + startX, width + 1) | 0;
    const row = clamp(stepY * i + startY, height + 1) | 0;
    output[at + i] = padded[row * stride + column]!;
  }
}

/** `Math.min(Math.max(value, 0), largest)`, without their care for NaN and -0, which costs a tenth of the time. */
function clamp(value: number, largest: number): number {
  return value > 0 ? (value < largest ? value : largest) : 0;
}
