import type { PixelNormalisation } from "./run-description.ts";

/** Per channel: `pixel * factor + offset`, with pixels on the scale 0 .. 1. */
export interface PixelScaling {
  readonly factors: Float32Array;
  readonly offsets: Float32Array;
}

/** A normalisation `(pixel - mean) / std` as factor and offset for each channel. */
export function scalingOf({ mean, std }: PixelNormalisation): PixelScaling {
  return {
    factors: Float32Array.from(std, (value) => 1 / value),
    offsets: Float32Array.from(mean, (value, channel) => -value / std[channel]!),
  };
}

/** A pixel of 0 .. 255 as networks get it; to be rounded to float32. */
export function scaledPixel(value: number, { factors, offsets }: PixelScaling, channel: number): number {
  return (value / 255) * factors[channel]! + offsets[channel]!;
}
