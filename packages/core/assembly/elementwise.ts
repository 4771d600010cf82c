// Elementwise kernels over elements begin..end of float32 arrays. Outputs may be inputs.
import { simd } from "./lib/simd";

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

/** out = max(x, 0); NaN stays. */
export function relu(x: usize, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    simd.storeAny(out + at, f32x4.max(simd.loadAny(x + at, end - i), f32x4.splat(0)), end - i);
  }
}

/** gx = gy (y > 0 ? 1 : 0). */
export function reluBackward(y: usize, gy: usize, gx: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const passes = f32x4.gt(simd.loadAny(y + at, end - i), f32x4.splat(0));
    const factor = v128.and(passes, f32x4.splat(1));
    simd.storeAny(gx + at, f32x4.mul(factor, simd.loadAny(gy + at, end - i)), end - i);
  }
}

/** out = 1 where x is not zero, else 0. */
export function isNonZero(x: usize, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const differs = f32x4.ne(simd.loadAny(x + at, end - i), f32x4.splat(0));
    simd.storeAny(out + at, v128.and(differs, f32x4.splat(1)), end - i);
  }
}
