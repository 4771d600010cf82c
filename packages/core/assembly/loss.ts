// Softmax, cross-entropy, squared error and voting over rows begin..end. Output layers are small,
// so these are scalar and exact rather than fast.

function maximum(x: usize, n: i32): f32 {
  let best = load<f32>(x);
  for (let i = 1; i < n; i++) best = max(best, load<f32>(x + ((<usize>i) << 2)));
  return best;
}

export function softmax(classes: i32, x: usize, y: usize, begin: i32, end: i32): void {
  for (let r = begin; r < end; r++) {
    const row = (<usize>(r * classes)) << 2;
    const top = <f64>maximum(x + row, classes);
    let sum: f64 = 0;
    for (let i = 0; i < classes; i++) sum += Math.exp(<f64>load<f32>(x + row + ((<usize>i) << 2)) - top);
    for (let i = 0; i < classes; i++) {
      const at = row + ((<usize>i) << 2);
      store<f32>(y + at, <f32>(Math.exp(<f64>load<f32>(x + at) - top) / sum));
    }
  }
}

export function softmaxBackward(classes: i32, y: usize, gy: usize, gx: usize, begin: i32, end: i32): void {
  for (let r = begin; r < end; r++) {
    const row = (<usize>(r * classes)) << 2;
    let dot: f64 = 0;
    for (let i = 0; i < classes; i++) {
      const at = row + ((<usize>i) << 2);
      dot += <f64>load<f32>(y + at) * <f64>load<f32>(gy + at);
    }
    for (let i = 0; i < classes; i++) {
      const at = row + ((<usize>i) << 2);
      store<f32>(gx + at, <f32>(<f64>load<f32>(y + at) * (<f64>load<f32>(gy + at) - dot)));
    }
  }
}

/**
 * partials[r] = w[r] times the cross-entropy of row r against row r mod batch of the targets q;
 * gradient = w[r] ((sum q) softmax - q) / rows. w is 1 without `rowWeights`; rows of weight 0 are not read.
 */
export function crossEntropy(
  rows: i32,
  classes: i32,
  smoothing: f32,
  logits: usize,
  targets: usize,
  batch: i32,
  rowWeights: usize,
  gradient: usize,
  partials: usize,
  begin: i32,
  end: i32,
): void {
  const spread = <f64>smoothing / <f64>classes;
  const keep = 1 - <f64>smoothing;
  for (let r = begin; r < end; r++) {
    const row = (<usize>(r * classes)) << 2;
    const weight = rowWeights ? <f64>load<f32>(rowWeights + ((<usize>r) << 2)) : 1;
    if (weight == 0) {
      memory.fill(gradient + row, 0, (<usize>classes) << 2);
      store<f64>(partials + ((<usize>r) << 3), 0);
      continue;
    }
    const wanted = targets + ((<usize>((r % batch) * classes)) << 2);
    let total: f64 = 0;
    for (let i = 0; i < classes; i++) total += spread + keep * <f64>load<f32>(wanted + ((<usize>i) << 2));
    const top = <f64>maximum(logits + row, classes);
    let sum: f64 = 0;
    for (let i = 0; i < classes; i++) sum += Math.exp(<f64>load<f32>(logits + row + ((<usize>i) << 2)) - top);
    const logSum = Math.log(sum) + top;
    let loss: f64 = 0;
    for (let i = 0; i < classes; i++) {
      const at = row + ((<usize>i) << 2);
      const logProbability = <f64>load<f32>(logits + at) - logSum;
      const target = spread + keep * <f64>load<f32>(wanted + ((<usize>i) << 2));
      if (target != 0) loss -= target * logProbability;
      const share = weight * (total * Math.exp(logProbability) - target);
      store<f32>(gradient + at, <f32>(share / <f64>rows));
    }
    store<f64>(partials + ((<usize>r) << 3), weight * loss);
  }
}

/** partials[chunk] = sum of w (x - target)^2 over rows of `width` values; gradient = 2 w (x - target) / count. */
export function weightedSquaredError(
  count: i32,
  width: i32,
  x: usize,
  target: usize,
  rowWeights: usize,
  gradient: usize,
  partials: usize,
  grain: i32,
  begin: i32,
  end: i32,
): void {
  let sum: f64 = 0;
  for (let r = begin; r < end; r++) {
    const weight = <f64>load<f32>(rowWeights + ((<usize>r) << 2));
    for (let i = r * width; i < (r + 1) * width; i++) {
      const at = (<usize>i) << 2;
      const difference = weight == 0 ? 0 : <f64>load<f32>(x + at) - <f64>load<f32>(target + at);
      sum += weight * difference * difference;
      store<f32>(gradient + at, <f32>((2 * weight * difference) / <f64>count));
    }
  }
  store<f64>(partials + ((<usize>(begin / grain)) << 3), sum);
}

/** partials[chunk] = sum of (x - target)^2; gradient = 2 (x - target) / count. */
export function meanSquaredError(
  count: i32,
  x: usize,
  target: usize,
  gradient: usize,
  partials: usize,
  grain: i32,
  begin: i32,
  end: i32,
): void {
  let sum: f64 = 0;
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    const difference = <f64>load<f32>(x + at) - <f64>load<f32>(target + at);
    sum += difference * difference;
    store<f32>(gradient + at, <f32>((2 * difference) / <f64>count));
  }
  store<f64>(partials + ((<usize>(begin / grain)) << 3), sum);
}

export function oneHot(labels: usize, classes: i32, out: usize, begin: i32, end: i32): void {
  for (let r = begin; r < end; r++) {
    const label = <i32>load<f32>(labels + ((<usize>r) << 2));
    for (let i = 0; i < classes; i++) store<f32>(out + ((<usize>(r * classes + i)) << 2), i == label ? 1 : 0);
  }
}

/** y[g] = mean of x[g size .. (g + 1) size), groups begin..end. */
export function groupMean(size: i32, x: usize, y: usize, begin: i32, end: i32): void {
  for (let g = begin; g < end; g++) {
    let sum: f32 = 0;
    for (let i = 0; i < size; i++) sum += load<f32>(x + ((<usize>(g * size + i)) << 2));
    store<f32>(y + ((<usize>g) << 2), sum / <f32>size);
  }
}

export function groupMeanBackward(size: i32, gy: usize, gx: usize, begin: i32, end: i32): void {
  for (let g = begin; g < end; g++) {
    const share = load<f32>(gy + ((<usize>g) << 2)) / <f32>size;
    for (let i = 0; i < size; i++) store<f32>(gx + ((<usize>(g * size + i)) << 2), share);
  }
}
