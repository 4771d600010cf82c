/**
 * Batch normalisation of `[planes, C, positions]`, where planes are time steps times samples
 * (Ioffe & Szegedy, 2015, algorithm 1; time and batch are pooled as in tdBN-style SNN layers).
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { BatchNormBackend, ImageSize } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `BatchNormBackend`. */
export const batchNorm: OnArrays<BatchNormBackend> = {
  /** `mean[c]` and the biased `variance[c]` over planes and positions. */
  statistics(size, { x, mean, variance }) {
    const count = size.planes * size.positions;
    mean.fill(0);
    variance.fill(0);
    forEachValue(size, (i, c) => (mean[c]! += x[i]!));
    for (let c = 0; c < size.channels; c++) mean[c]! /= count;
    forEachValue(size, (i, c) => (variance[c]! += (x[i]! - mean[c]!) ** 2));
    for (let c = 0; c < size.channels; c++) variance[c]! /= count;
  },

  /** `y = (x - mean) / sqrt(variance + eps) * weight + bias`. */
  forward(size, { x, mean, variance, weight, bias, y }, eps) {
    forEachValue(size, (i, c) => {
      y[i] = ((x[i]! - mean[c]!) / Math.sqrt(variance[c]! + eps)) * weight[c]! + bias[c]!;
    });
  },

  /**
   * With xhat = (x - mean) / sqrt(variance + eps) and n = planes * positions:
   *
   *   gBias   = sum gy
   *   gWeight = sum gy xhat
   *   gx      = weight / sqrt(variance + eps) * (gy - (gBias + xhat gWeight) / n)      (batch)
   *   gx      = weight / sqrt(variance + eps) * gy                                     (mean and variance constant)
   */
  backward(size, { x, mean, variance, weight, gy, gx, gWeight, gBias }, { eps, batch }) {
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
  },

  /** `running = (1 - momentum) running + momentum factor value`; factor n / (n - 1) makes a variance unbiased. */
  updateRunning(channels, { running, value }, { momentum, factor }) {
    for (let c = 0; c < channels; c++) {
      running[c] = (1 - momentum) * running[c]! + momentum * factor * value[c]!;
    }
  },
};

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
