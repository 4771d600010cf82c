// Sums over all values, and over the rows of each channel.
import { sumColumns, sumColumns16 } from "./lib/columns";
import { simd } from "./lib/simd";

/** partials[chunk] = sum of x over the chunk: float32 over 64 numbers at a time, float64 beyond. */
export function sumElements(x: usize, partials: usize, grain: i32, begin: i32, end: i32): void {
  let total: f64 = 0;
  for (let i = begin; i < end; i += 64) {
    const stop = min(end, i + 64);
    let lanes = f32x4.splat(0);
    for (let j = i; j < stop; j += 4) {
      lanes = f32x4.add(lanes, simd.loadAny(x + ((<usize>j) << 2), stop - j));
    }
    total += <f64>simd.sum(lanes);
  }
  store<f64>(partials + ((<usize>(begin / grain)) << 3), total);
}

/** partials[chunk] = sum of x^2 over the chunk, in float64. */
export function sumOfSquares(x: usize, partials: usize, grain: i32, begin: i32, end: i32): void {
  let sum: f64 = 0;
  for (let i = begin; i < end; i++) {
    const value = <f64>load<f32>(x + ((<usize>i) << 2));
    sum += value * value;
  }
  store<f64>(partials + ((<usize>(begin / grain)) << 3), sum);
}

/** partials[chunk] = number of values in the chunk that are not zero. */
export function countNonZero(x: usize, partials: usize, grain: i32, begin: i32, end: i32): void {
  const zero = f32x4.splat(0);
  let even = i32x4.splat(0);
  let odd = i32x4.splat(0);
  let i = begin;
  for (; i + 8 <= end; i += 8) {
    const here = x + ((<usize>i) << 2);
    // All bits are -1.
    even = i32x4.sub(even, f32x4.ne(v128.load(here), zero));
    odd = i32x4.sub(odd, f32x4.ne(v128.load(here, 16), zero));
  }
  let count = simd.sumIntegers(i32x4.add(even, odd));
  for (; i < end; i++) count += i32(load<f32>(x + ((<usize>i) << 2)) != 0);
  store<f64>(partials + ((<usize>(begin / grain)) << 3), <f64>count);
}

/** All bits of a lane where its value is from `low` to `high`, and whole where it must be; none elsewhere. */
function isInside(v: v128, low: v128, high: v128, whole: i32): v128 {
  const inside = v128.and(f32x4.ge(v, low), f32x4.le(v, high));
  return whole ? v128.and(inside, f32x4.eq(v, f32x4.trunc(v))) : inside;
}

/** partials[chunk] = number of values in the chunk that are not from `min` to `max`, or not whole where they must be. */
export function countOutside(
  x: usize,
  min: f32,
  max: f32,
  whole: i32,
  partials: usize,
  grain: i32,
  begin: i32,
  end: i32,
): void {
  const low = f32x4.splat(min);
  const high = f32x4.splat(max);
  const stop = simd.whole(begin, end);
  let inside = i32x4.splat(0);
  for (let i = begin; i < stop; i += 4) {
    // All bits are -1.
    inside = i32x4.add(inside, isInside(v128.load(x + ((<usize>i) << 2)), low, high, whole));
  }
  let count = stop - begin + simd.sumIntegers(inside);
  const rest = end - stop;
  if (rest > 0) {
    const last = isInside(simd.load<f32>(x + ((<usize>stop) << 2), rest), low, high, whole);
    count += popcnt(~i32x4.bitmask(last) & ((1 << rest) - 1));
  }
  store<f64>(partials + ((<usize>(begin / grain)) << 3), <f64>count);
}

/** partials[chunk][c] = sum of gy over the rows of the chunk. */
export function chunkSums(gy: usize, channels: i32, partials: usize, grain: i32, begin: i32, end: i32): void {
  const sums = partials + ((<usize>((begin / grain) * channels)) << 2);
  const whole = simd.whole(0, channels);
  let c = 0;
  for (; c + 16 <= whole; c += 16) sumColumns16(gy, channels, c, sums, begin, end);
  for (; c < whole; c += 4) sumColumns<v128>(gy, channels, c, sums, begin, end);
  if (whole < channels) sumColumns<f32>(gy, channels, whole, sums, begin, end);
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
