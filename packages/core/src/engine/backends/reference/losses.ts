/** Losses, and what they are built from. */

/** `y[r, j] = exp(x[r, j]) / sum_k exp(x[r, k])`, with the row's maximum taken off first. */
export function softmax(rows: number, classes: number, x: Float64Array, y: Float64Array): void {
  for (let r = 0; r < rows; r++) {
    const logits = x.subarray(r * classes, (r + 1) * classes);
    const logSum = logSumExp(logits);
    for (let j = 0; j < classes; j++) y[r * classes + j] = Math.exp(logits[j]! - logSum);
  }
}

/** `gx = y (gy - sum_j y_j gy_j)` a row. */
export function softmaxBackward(
  rows: number,
  classes: number,
  y: Float64Array,
  gy: Float64Array,
  gx: Float64Array,
): void {
  for (let r = 0; r < rows; r++) {
    let mean = 0;
    for (let i = r * classes; i < (r + 1) * classes; i++) mean += y[i]! * gy[i]!;
    for (let i = r * classes; i < (r + 1) * classes; i++) gx[i] = y[i]! * (gy[i]! - mean);
  }
}

/**
 * With p = softmax(logits) and q = (1 - smoothing) target + smoothing / classes:
 *
 *   loss     = -mean_r sum_j q[r, j] log p[r, j]
 *   gradient = (p - q) / rows
 *
 * Row r uses row r mod B of the targets, [B, classes].
 */
export function crossEntropy(
  rows: number,
  classes: number,
  smoothing: number,
  logits: Float64Array,
  targets: Float64Array,
  loss: Float64Array,
  gradient: Float64Array,
): void {
  let sum = 0;
  for (let r = 0; r < rows; r++) {
    const row = logits.subarray(r * classes, (r + 1) * classes);
    const logSum = logSumExp(row);
    for (let j = 0; j < classes; j++) {
      const wanted = targets[(r * classes + j) % targets.length]!;
      const q = (1 - smoothing) * wanted + smoothing / classes;
      const logP = row[j]! - logSum;
      if (q !== 0) sum -= q * logP;
      gradient[r * classes + j] = (Math.exp(logP) - q) / rows;
    }
  }
  loss[0] = sum / rows;
}

/** `loss = mean((x - target)^2)`, `gradient = 2 (x - target) / n`. */
export function meanSquaredError(
  x: Float64Array,
  target: Float64Array,
  loss: Float64Array,
  gradient: Float64Array,
): void {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const error = x[i]! - target[i]!;
    sum += error ** 2;
    gradient[i] = (2 * error) / x.length;
  }
  loss[0] = sum / x.length;
}

/** `out[b, c] = 1` where `labels[b] = c`, else 0. */
export function oneHot(labels: Float64Array, classes: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = labels[Math.floor(i / classes)] === i % classes ? 1 : 0;
}

/** `y[r, g] = mean of x[r, g size ... (g + 1) size - 1]`: a group of neurons votes for a class. */
export function groupMean(
  rows: number,
  groups: number,
  size: number,
  x: Float64Array,
  y: Float64Array,
): void {
  for (let i = 0; i < rows * groups; i++) {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += x[i * size + j]!;
    y[i] = sum / size;
  }
}

/** `gx[r, g size + j] = gy[r, g] / size`. */
export function groupMeanBackward(
  rows: number,
  groups: number,
  size: number,
  gy: Float64Array,
  gx: Float64Array,
): void {
  for (let i = 0; i < rows * groups * size; i++) gx[i] = gy[Math.floor(i / size)]! / size;
}

/** `log sum_j exp(x[j])`, with the maximum taken off first so that nothing overflows. */
function logSumExp(x: Float64Array): number {
  const max = x.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (const value of x) sum += Math.exp(value - max);
  return max + Math.log(sum);
}
