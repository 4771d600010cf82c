// Batch normalisation of rows [rows, channels] (channels last). Statistics are taken a chunk of
// rows at a time, around the chunk's own mean, and combined in float64 in chunk order.
import { simd } from "./simd";

/**
 * partials[chunk][0][c] = mean of the chunk, partials[chunk][1][c] = sum of squared deviations
 * from it; rows begin..end are one chunk.
 */
export function chunkStatistics(
  x: usize,
  channels: i32,
  partials: usize,
  grain: i32,
  begin: i32,
  end: i32,
): void {
  const means = partials + ((<usize>((begin / grain) * 2 * channels)) << 2);
  const deviations = means + ((<usize>channels) << 2);
  memory.fill(means, 0, (<usize>channels) << 3);
  const stride = (<usize>channels) << 2;
  for (let r = begin; r < end; r++) {
    const row = x + <usize>r * stride;
    for (let c = 0; c < channels; c += 4) {
      const at = (<usize>c) << 2;
      const lanes = channels - c;
      simd.storeAny(
        means + at,
        f32x4.add(simd.loadAny(means + at, lanes), simd.loadAny(row + at, lanes)),
        lanes,
      );
    }
  }
  const inverse = f32x4.splat(<f32>1 / <f32>(end - begin));
  for (let c = 0; c < channels; c += 4) {
    const at = (<usize>c) << 2;
    const lanes = channels - c;
    simd.storeAny(means + at, f32x4.mul(simd.loadAny(means + at, lanes), inverse), lanes);
  }
  for (let r = begin; r < end; r++) {
    const row = x + <usize>r * stride;
    for (let c = 0; c < channels; c += 4) {
      const at = (<usize>c) << 2;
      const lanes = channels - c;
      const d = f32x4.sub(simd.loadAny(row + at, lanes), simd.loadAny(means + at, lanes));
      simd.storeAny(deviations + at, simd.madd(d, d, simd.loadAny(deviations + at, lanes)), lanes);
    }
  }
}

/** Mean and biased variance from the chunks (Chan, Golub & LeVeque 1983, eq. 2.1); channels begin..end. */
export function combineStatistics(
  partials: usize,
  rows: i32,
  channels: i32,
  grain: i32,
  mean: usize,
  variance: usize,
  begin: i32,
  end: i32,
): void {
  for (let c = begin; c < end; c++) {
    let count: f64 = 0;
    let average: f64 = 0;
    let squares: f64 = 0;
    for (let r = 0, chunk = 0; r < rows; r += grain, chunk++) {
      const here = partials + ((<usize>(chunk * 2 * channels + c)) << 2);
      const n = <f64>min(grain, rows - r);
      const d = <f64>load<f32>(here) - average;
      squares += <f64>load<f32>(here + ((<usize>channels) << 2)) + (d * d * count * n) / (count + n);
      count += n;
      average += (d * n) / count;
    }
    store<f32>(mean + ((<usize>c) << 2), <f32>average);
    store<f32>(variance + ((<usize>c) << 2), <f32>(squares / count));
  }
}

/** y = (x - mean) / sqrt(variance + eps) weight + bias; `scratch` has room for 2 numbers a channel. */
export function normalise(
  x: usize,
  channels: i32,
  mean: usize,
  variance: usize,
  weight: usize,
  bias: usize,
  eps: f32,
  y: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const shifts = scratch + ((<usize>channels) << 2);
  for (let c = 0; c < channels; c++) {
    const at = (<usize>c) << 2;
    const scale = load<f32>(weight + at) / sqrt(load<f32>(variance + at) + eps);
    store<f32>(scratch + at, scale);
    store<f32>(shifts + at, load<f32>(bias + at) - load<f32>(mean + at) * scale);
  }
  const stride = (<usize>channels) << 2;
  for (let r = begin; r < end; r++) {
    const row = <usize>r * stride;
    for (let c = 0; c < channels; c += 4) {
      const at = (<usize>c) << 2;
      const lanes = channels - c;
      const scaled = simd.madd(
        simd.loadAny(x + row + at, lanes),
        simd.loadAny(scratch + at, lanes),
        simd.loadAny(shifts + at, lanes),
      );
      simd.storeAny(y + row + at, scaled, lanes);
    }
  }
}

/** partials[chunk][0][c] = sum of gy, partials[chunk][1][c] = sum of gy (x - mean); rows begin..end are one chunk. */
export function gradientSums(
  x: usize,
  channels: i32,
  mean: usize,
  gy: usize,
  partials: usize,
  grain: i32,
  begin: i32,
  end: i32,
): void {
  const sums = partials + ((<usize>((begin / grain) * 2 * channels)) << 2);
  const products = sums + ((<usize>channels) << 2);
  memory.fill(sums, 0, (<usize>channels) << 3);
  const stride = (<usize>channels) << 2;
  for (let r = begin; r < end; r++) {
    const row = <usize>r * stride;
    for (let c = 0; c < channels; c += 4) {
      const at = (<usize>c) << 2;
      const lanes = channels - c;
      const g = simd.loadAny(gy + row + at, lanes);
      const d = f32x4.sub(simd.loadAny(x + row + at, lanes), simd.loadAny(mean + at, lanes));
      simd.storeAny(sums + at, f32x4.add(simd.loadAny(sums + at, lanes), g), lanes);
      simd.storeAny(products + at, simd.madd(g, d, simd.loadAny(products + at, lanes)), lanes);
    }
  }
}

/** gWeight and gBias from the chunks; channels begin..end. */
export function combineGradients(
  partials: usize,
  rows: i32,
  channels: i32,
  grain: i32,
  variance: usize,
  eps: f32,
  gWeight: usize,
  gBias: usize,
  begin: i32,
  end: i32,
): void {
  for (let c = begin; c < end; c++) {
    let sum: f64 = 0;
    let product: f64 = 0;
    for (let r = 0, chunk = 0; r < rows; r += grain, chunk++) {
      const here = partials + ((<usize>(chunk * 2 * channels + c)) << 2);
      sum += <f64>load<f32>(here);
      product += <f64>load<f32>(here + ((<usize>channels) << 2));
    }
    const at = (<usize>c) << 2;
    store<f32>(gBias + at, <f32>sum);
    store<f32>(gWeight + at, <f32>(product / sqrt(<f64>load<f32>(variance + at) + <f64>eps)));
  }
}

/**
 * gx = weight / sigma (gy - mean(gy) - xhat mean(gy xhat)) with `batch`, else weight / sigma gy.
 * `scratch` has room for 3 numbers a channel.
 */
export function normaliseBackward(
  x: usize,
  rows: i32,
  channels: i32,
  mean: usize,
  variance: usize,
  weight: usize,
  eps: f32,
  batch: i32,
  gy: usize,
  gWeight: usize,
  gBias: usize,
  gx: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  // gx = a gy + b x + d
  const slopes = scratch + ((<usize>channels) << 2);
  const shifts = slopes + ((<usize>channels) << 2);
  for (let c = 0; c < channels; c++) {
    const at = (<usize>c) << 2;
    const inverse = <f32>1 / sqrt(load<f32>(variance + at) + eps);
    const a = load<f32>(weight + at) * inverse;
    const b = batch ? (-a * inverse * load<f32>(gWeight + at)) / <f32>rows : 0;
    const d = batch ? (-a * load<f32>(gBias + at)) / <f32>rows - b * load<f32>(mean + at) : 0;
    store<f32>(scratch + at, a);
    store<f32>(slopes + at, b);
    store<f32>(shifts + at, d);
  }
  const stride = (<usize>channels) << 2;
  for (let r = begin; r < end; r++) {
    const row = <usize>r * stride;
    for (let c = 0; c < channels; c += 4) {
      const at = (<usize>c) << 2;
      const lanes = channels - c;
      const g = f32x4.mul(simd.loadAny(gy + row + at, lanes), simd.loadAny(scratch + at, lanes));
      const value = simd.madd(simd.loadAny(x + row + at, lanes), simd.loadAny(slopes + at, lanes), g);
      simd.storeAny(gx + row + at, f32x4.add(value, simd.loadAny(shifts + at, lanes)), lanes);
    }
  }
}

/** partials[chunk][c] = sum of gy over the rows of the chunk. */
export function chunkSums(gy: usize, channels: i32, partials: usize, grain: i32, begin: i32, end: i32): void {
  const sums = partials + ((<usize>((begin / grain) * channels)) << 2);
  const stride = (<usize>channels) << 2;
  memory.fill(sums, 0, stride);
  for (let r = begin; r < end; r++) {
    const row = gy + <usize>r * stride;
    for (let c = 0; c < channels; c += 4) {
      const at = (<usize>c) << 2;
      const lanes = channels - c;
      simd.storeAny(
        sums + at,
        f32x4.add(simd.loadAny(sums + at, lanes), simd.loadAny(row + at, lanes)),
        lanes,
      );
    }
  }
}

/** out[c] = sum of the chunks, in float64 and chunk order; channels begin..end. */
export function combineSums(
  partials: usize,
  chunks: i32,
  channels: i32,
  out: usize,
  begin: i32,
  end: i32,
): void {
  for (let c = begin; c < end; c++) {
    let sum: f64 = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      sum += <f64>load<f32>(partials + ((<usize>(chunk * channels + c)) << 2));
    }
    store<f32>(out + ((<usize>c) << 2), <f32>sum);
  }
}
