// Elementwise kernels over elements begin..end of float32 arrays. Outputs may be inputs.
import { simd } from "./simd";

export function fill(out: usize, value: f32, begin: i32, end: i32): void {
  const v = f32x4.splat(value);
  let i = begin;
  for (; i + 4 <= end; i += 4) v128.store(out + ((<usize>i) << 2), v);
  for (; i < end; i++) store<f32>(out + ((<usize>i) << 2), value);
}

/** Sets numbers begin..end of `state` to those of `initial`, or to `value` when `initial` is 0. */
export function startFrom(initial: usize, value: f32, state: usize, begin: i32, end: i32): void {
  if (initial) copy(initial, state, begin, end);
  else fill(state, value, begin, end);
}

export function copy(x: usize, out: usize, begin: i32, end: i32): void {
  memory.copy(out + ((<usize>begin) << 2), x + ((<usize>begin) << 2), (<usize>(end - begin)) << 2);
}

export function add(a: usize, b: usize, out: usize, begin: i32, end: i32): void {
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < end; i++) {
    const at = (<usize>i) << 2;
    store<f32>(out + at, load<f32>(a + at) + load<f32>(b + at));
  }
}

export function multiply(a: usize, b: usize, out: usize, begin: i32, end: i32): void {
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(out + at, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < end; i++) {
    const at = (<usize>i) << 2;
    store<f32>(out + at, load<f32>(a + at) * load<f32>(b + at));
  }
}

export function scale(x: usize, factor: f32, out: usize, begin: i32, end: i32): void {
  const f = f32x4.splat(factor);
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(out + at, f32x4.mul(v128.load(x + at), f));
  }
  for (; i < end; i++) {
    const at = (<usize>i) << 2;
    store<f32>(out + at, load<f32>(x + at) * factor);
  }
}

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
  let count = 0;
  let i = begin;
  for (; i + 4 <= end; i += 4) {
    const mask = i32x4.bitmask(f32x4.ne(v128.load(x + ((<usize>i) << 2)), zero));
    count += popcnt(mask);
  }
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
  let count = stop - begin;
  count += i32x4.extract_lane(inside, 0) + i32x4.extract_lane(inside, 1);
  count += i32x4.extract_lane(inside, 2) + i32x4.extract_lane(inside, 3);
  const rest = end - stop;
  if (rest > 0) {
    const last = isInside(simd.load<f32>(x + ((<usize>stop) << 2), rest), low, high, whole);
    count += popcnt(~i32x4.bitmask(last) & ((1 << rest) - 1));
  }
  store<f64>(partials + ((<usize>(begin / grain)) << 3), <f64>count);
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
