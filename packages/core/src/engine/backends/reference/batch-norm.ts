/**
 * Batch normalisation of `[planes, C, positions]`, where planes are time steps times samples
 * (Ioffe & Szegedy, 2015, algorithm 1; time and batch are pooled as in tdBN-style SNN layers).
 */
import type { ImageSize } from "../../backend.ts";

/** `mean[c]` and the biased `variance[c]` over planes and positions. */
export function batchStatistics(
  size: ImageSize,
  x: Float64Array,
  mean: Float64Array,
  variance: Float64Array,
): void {
  const count = size.planes * size.positions;
  mean.fill(0);
  variance.fill(0);
  forEachValue(size, (i, c) => (mean[c]! += x[i]!));
  for (let c = 0; c < size.channels; c++) mean[c]! /= count;
  forEachValue(size, (i, c) => (variance[c]! += (x[i]! - mean[c]!) ** 2));
  for (let c = 0; c < size.channels; c++) variance[c]! /= count;
}

/** `y = (x - mean) / sqrt(variance + eps) * weight + bias`. */
export function normalise(
  size: ImageSize,
  x: Float64Array,
  mean: Float64Array,
  variance: Float64Array,
  weight: Float64Array,
  bias: Float64Array,
  eps: number,
  y: Float64Array,
): void {
  forEachValue(size, (i, c) => {
    y[i] = ((x[i]! - mean[c]!) / Math.sqrt(variance[c]! + eps)) * weight[c]! + bias[c]!;
  });
}

/**
 * With xhat = (x - mean) / sqrt(variance + eps) and n = planes * positions:
 *
 *   gBias   = sum gy
 *   gWeight = sum gy xhat
 *   gx      = weight / sqrt(variance + eps) * (gy - (gBias + xhat gWeight) / n)      (batch)
 *   gx      = weight / sqrt(variance + eps) * gy                                     (mean and variance constant)
 */
export function normaliseBackward(
  size: ImageSize,
  x: Float64Array,
  mean: Float64Array,
  variance: Float64Array,
  weight: Float64Array,
  eps: number,
  batch: boolean,
  gy: Float64Array,
  gx: Float64Array,
  gWeight: Float64Array,
  gBias: Float64Array,
): void {
  const count = size.planes * size.positions;
  const normalised = (i: number, c: number) => (x[i]! - mean[c]!) / Math.sqrt(variance[c]! + eps);
  gBias.fill(0);
  gWeight.fill(0);
  forEachValue(size, (i, c) => {
    gBias[c]! += gy[i]!;
    gWeight[c]! += gy[i]! * normalised(i, c);
  });
  forEachValue(size, (i, c) => {
    const throughStatistics = batch ? (gBias[c]! + normalised(i, c) * gWeight[c]!) / count : 0;
    gx[i] = (weight[c]! / Math.sqrt(variance[c]! + eps)) * (gy[i]! - throughStatistics);
  });
}

/** `running = (1 - momentum) running + momentum factor value`; factor n / (n - 1) makes a variance unbiased. */
export function updateRunning(
  running: Float64Array,
  value: Float64Array,
  momentum: number,
  factor: number,
): void {
  for (let c = 0; c < running.length; c++) {
    running[c] = (1 - momentum) * running[c]! + momentum * factor * value[c]!;
  }
}

/** Visits each value: where it is, and its channel. */
function forEachValue(
  { planes, channels, positions }: ImageSize,
  visit: (i: number, c: number) => void,
): void {
  for (let n = 0; n < planes; n++) {
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < positions; p++) visit((n * channels + c) * positions + p, c);
    }
  }
}
