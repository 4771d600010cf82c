/**
 * Losses, and what they are built from.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { LossBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `LossBackend`. */
export const loss: OnArrays<LossBackend> = {
  /** `y[r, j] = exp(x[r, j]) / sum_k exp(x[r, k])`, with the row's maximum taken off first. */
  softmax({ rows, classes }, { x, y }) {
    for (let r = 0; r < rows; r++) {
      const logits = x.subarray(r * classes, (r + 1) * classes);
      const logSum = logSumExp(logits);
      for (let j = 0; j < classes; j++) y[r * classes + j] = Math.exp(logits[j]! - logSum);
    }
  },

  /** `gx = y (gy - sum_j y_j gy_j)` per row. */
  softmaxBackward({ rows, classes }, { y, gy, gx }) {
    for (let r = 0; r < rows; r++) {
      let mean = 0;
      for (let i = r * classes; i < (r + 1) * classes; i++) mean += y[i]! * gy[i]!;
      for (let i = r * classes; i < (r + 1) * classes; i++) gx[i] = y[i]! * (gy[i]! - mean);
    }
  },

  /**
   * With p = softmax(logits), q = (1 - smoothing) target + smoothing / classes and weights w of the rows:
   *
   *   loss     = -mean_r w[r] sum_j q[r, j] log p[r, j]
   *   gradient = w[r] ((sum_j q[r, j]) p - q) / rows
   *
   * Row r uses row r mod B of the targets, [B, classes]. Rows of weight 0 are not read.
   */
  crossEntropy({ rows, classes }, { logits, targets, rowWeights, loss, gradient }, smoothing) {
    let sum = 0;
    gradient.fill(0);
    for (let r = 0; r < rows; r++) {
      const weight = rowWeights?.[r] ?? 1;
      if (weight === 0) continue;
      const row = logits.subarray(r * classes, (r + 1) * classes);
      const first = (r * classes) % targets.length;
      const q = targets
        .subarray(first, first + classes)
        .map((wanted) => (1 - smoothing) * wanted + smoothing / classes);
      const total = q.reduce((a, b) => a + b, 0);
      const logSum = logSumExp(row);
      for (let j = 0; j < classes; j++) {
        const logP = row[j]! - logSum;
        if (q[j] !== 0) sum -= weight * q[j]! * logP;
        gradient[r * classes + j] = (weight * (total * Math.exp(logP) - q[j]!)) / rows;
      }
    }
    loss[0] = sum / rows;
  },

  /** With weights w of the rows: `loss = mean(w (x - target)^2)`, `gradient = 2 w (x - target) / n`. */
  meanSquaredError(length, { x, target, rowWeights, loss, gradient }) {
    const width = rowWeights ? length / rowWeights.length : length;
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const weight = rowWeights?.[Math.floor(i / width)] ?? 1;
      const error = weight === 0 ? 0 : x[i]! - target[i]!;
      sum += weight * error ** 2;
      gradient[i] = (2 * weight * error) / length;
    }
    loss[0] = sum / length;
  },

  /** The equations stand at `LossBackend.weighClasses`. */
  weighClasses({ batch, classes, smoothing, byWeight }, { targets, weights, weighted, samples }) {
    samples.fill(0);
    for (let i = 0; i < batch * classes; i++) {
      samples[Math.floor(i / classes)]! += weights[i % classes]! * targets[i]!;
    }
    const norm = byWeight ? samples.reduce((sum, v) => sum + v, 0) / batch : 1;
    for (let b = 0; b < batch; b++) samples[b]! /= norm;
    for (let i = 0; i < batch * classes; i++) {
      const q = (1 - smoothing) * targets[i]! + smoothing / classes;
      weighted[i] = (weights[i % classes]! * q) / norm;
    }
  },

  /** `out[b, c] = 1` where `labels[b] = c`, else 0. */
  oneHot({ classes }, { labels, out }) {
    for (let i = 0; i < out.length; i++) out[i] = labels[Math.floor(i / classes)] === i % classes ? 1 : 0;
  },

  /** `y[r, g] = mean of x[r, g size ... (g + 1) size - 1]`: a group of neurons votes for a class. */
  groupMean({ rows, groups, size }, { x, y }) {
    for (let i = 0; i < rows * groups; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += x[i * size + j]!;
      y[i] = sum / size;
    }
  },

  /** `gx[r, g size + j] = gy[r, g] / size`. */
  groupMeanBackward({ rows, groups, size }, { gy, gx }) {
    for (let i = 0; i < rows * groups * size; i++) gx[i] = gy[Math.floor(i / size)]! / size;
  },
};

/** `log sum_j exp(x[j])`, with the maximum taken off first so that nothing overflows. */
function logSumExp(x: Float64Array): number {
  const max = x.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (const value of x) sum += Math.exp(value - max);
  return max + Math.log(sum);
}
