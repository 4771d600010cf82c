// Batch normalisation of rows [rows, channels] (channels last). Statistics are taken a chunk of
// rows at a time, around the chunk's own mean, and combined in float64 in chunk order.
import { sumColumns16 } from "./lib/columns";
import { simd } from "./lib/simd";

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
  const whole = simd.whole(0, channels);
  let c = 0;
  for (; c + 16 <= whole; c += 16) columnStatistics16(x, channels, c, means, begin, end);
  for (; c < whole; c += 4) columnStatistics<v128>(x, channels, c, means, begin, end);
  if (whole < channels) columnStatistics<f32>(x, channels, whole, means, begin, end);
}

/** A cache line of channels: four sums at once do not wait for each other. */
function columnStatistics16(x: usize, channels: i32, c: i32, means: usize, begin: i32, end: i32): void {
  const to = means + ((<usize>c) << 2);
  sumColumns16(x, channels, c, means, begin, end);
  const scale = f32x4.splat(<f32>1 / <f32>(end - begin));
  const m0 = f32x4.mul(v128.load(to, 0), scale);
  const m1 = f32x4.mul(v128.load(to, 16), scale);
  const m2 = f32x4.mul(v128.load(to, 32), scale);
  const m3 = f32x4.mul(v128.load(to, 48), scale);
  v128.store(to, m0, 0);
  v128.store(to, m1, 16);
  v128.store(to, m2, 32);
  v128.store(to, m3, 48);
  const stride = (<usize>channels) << 2;
  let at = x + ((<usize>(begin * channels + c)) << 2);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let r = begin; r < end; r++) {
    const d0 = f32x4.sub(v128.load(at, 0), m0);
    s0 = simd.madd(d0, d0, s0);
    const d1 = f32x4.sub(v128.load(at, 16), m1);
    s1 = simd.madd(d1, d1, s1);
    const d2 = f32x4.sub(v128.load(at, 32), m2);
    s2 = simd.madd(d2, d2, s2);
    const d3 = f32x4.sub(v128.load(at, 48), m3);
    s3 = simd.madd(d3, d3, s3);
    at += stride;
  }
  v128.store(to + stride, s0, 0);
  v128.store(to + stride, s1, 16);
  v128.store(to + stride, s2, 32);
  v128.store(to + stride, s3, 48);
}

/** Statistics of four channels from c on (fewer with T = f32). */
function columnStatistics<T>(x: usize, channels: i32, c: i32, means: usize, begin: i32, end: i32): void {
  const lanes = channels - c;
  const stride = (<usize>channels) << 2;
  const first = x + ((<usize>(begin * channels + c)) << 2);
  const last = first + <usize>(end - begin) * stride;
  let sum = f32x4.splat(0);
  for (let at = first; at < last; at += stride) sum = f32x4.add(sum, simd.load<T>(at, lanes));
  const mean = f32x4.mul(sum, f32x4.splat(<f32>1 / <f32>(end - begin)));
  let squares = f32x4.splat(0);
  for (let at = first; at < last; at += stride) {
    const d = f32x4.sub(simd.load<T>(at, lanes), mean);
    squares = simd.madd(d, d, squares);
  }
  const to = means + ((<usize>c) << 2);
  simd.store<T>(to, mean, lanes);
  simd.store<T>(to + stride, squares, lanes);
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

/** y = (x - mean) / sqrt(variance + eps) weight + bias; `scratch` has room for 2 values per channel. */
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
  const whole = simd.whole(0, channels);
  for (let r = begin; r < end; r++) {
    const row = (<usize>(r * channels)) << 2;
    scaleRow<v128>(x + row, scratch, shifts, y + row, 0, whole);
    if (whole < channels) scaleRow<f32>(x + row, scratch, shifts, y + row, whole, channels);
  }
}

/** y[c] = x[c] scales[c] + shifts[c] for channels from..to. */
function scaleRow<T>(x: usize, scales: usize, shifts: usize, y: usize, from: i32, to: i32): void {
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    const lanes = to - c;
    const shift = simd.load<T>(shifts + at, lanes);
    simd.store<T>(
      y + at,
      simd.madd(simd.load<T>(x + at, lanes), simd.load<T>(scales + at, lanes), shift),
      lanes,
    );
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
  const whole = simd.whole(0, channels);
  for (let c = 0; c < whole; c += 4) columnGradients<v128>(x, channels, c, mean, gy, sums, begin, end);
  if (whole < channels) columnGradients<f32>(x, channels, whole, mean, gy, sums, begin, end);
}

/** Sums of four channels from c on (fewer with T = f32). */
function columnGradients<T>(
  x: usize,
  channels: i32,
  c: i32,
  mean: usize,
  gy: usize,
  sums: usize,
  begin: i32,
  end: i32,
): void {
  const lanes = channels - c;
  const stride = (<usize>channels) << 2;
  const first = (<usize>(begin * channels + c)) << 2;
  const last = first + <usize>(end - begin) * stride;
  const centre = simd.load<T>(mean + ((<usize>c) << 2), lanes);
  let sum = f32x4.splat(0);
  let products = f32x4.splat(0);
  for (let at = first; at < last; at += stride) {
    const g = simd.load<T>(gy + at, lanes);
    sum = f32x4.add(sum, g);
    products = simd.madd(g, f32x4.sub(simd.load<T>(x + at, lanes), centre), products);
  }
  const to = sums + ((<usize>c) << 2);
  simd.store<T>(to, sum, lanes);
  simd.store<T>(to + stride, products, lanes);
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
 * `scratch` has room for 3 values per channel.
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
  // gx = scale gy + slope x + shift
  const slopes = scratch + ((<usize>channels) << 2);
  const shifts = slopes + ((<usize>channels) << 2);
  for (let c = 0; c < channels; c++) {
    const at = (<usize>c) << 2;
    const inverse = <f32>1 / sqrt(load<f32>(variance + at) + eps);
    const scale = load<f32>(weight + at) * inverse;
    const slope = batch ? (-scale * inverse * load<f32>(gWeight + at)) / <f32>rows : 0;
    const shift = batch ? (-scale * load<f32>(gBias + at)) / <f32>rows - slope * load<f32>(mean + at) : 0;
    store<f32>(scratch + at, scale);
    store<f32>(slopes + at, slope);
    store<f32>(shifts + at, shift);
  }
  const whole = simd.whole(0, channels);
  for (let r = begin; r < end; r++) {
    const row = (<usize>(r * channels)) << 2;
    combineRow<v128>(gy + row, scratch, x + row, slopes, shifts, gx + row, 0, whole);
    if (whole < channels)
      combineRow<f32>(gy + row, scratch, x + row, slopes, shifts, gx + row, whole, channels);
  }
}

/** out[c] = a[c] scales[c] + b[c] slopes[c] + shifts[c] for channels from..to. */
function combineRow<T>(
  a: usize,
  scales: usize,
  b: usize,
  slopes: usize,
  shifts: usize,
  out: usize,
  from: i32,
  to: i32,
): void {
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    const lanes = to - c;
    const scaled = f32x4.mul(simd.load<T>(a + at, lanes), simd.load<T>(scales + at, lanes));
    const both = simd.madd(simd.load<T>(b + at, lanes), simd.load<T>(slopes + at, lanes), scaled);
    simd.store<T>(out + at, f32x4.add(both, simd.load<T>(shifts + at, lanes)), lanes);
  }
}

/** running = (1 - momentum) running + momentum factor value. */
export function updateRunning(
  running: usize,
  value: usize,
  momentum: f32,
  factor: f32,
  begin: i32,
  end: i32,
): void {
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 2;
    const moved = load<f32>(value + at) * factor * momentum;
    store<f32>(running + at, simd.maddScalar(load<f32>(running + at), 1 - momentum, moved));
  }
}
