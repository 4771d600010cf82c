// Elementwise kernels over elements begin..end of float32 arrays. Outputs may be inputs.
import { exp4, tanh4 } from "./lib/math";
import { simd } from "./lib/simd";

/** How two values are compared. */
export enum Relation {
  less,
  lessOrEqual,
  equal,
  notEqual,
  greaterOrEqual,
  greater,
}

export function fill(out: usize, value: f32, begin: i32, end: i32): void {
  const v = f32x4.splat(value);
  let i = begin;
  for (; i + 4 <= end; i += 4) v128.store(out + ((<usize>i) << 2), v);
  for (; i < end; i++) store<f32>(out + ((<usize>i) << 2), value);
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

/** out = a - b. */
export function subtract(a: usize, b: usize, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    simd.storeAny(out + at, f32x4.sub(simd.loadAny(a + at, count), simd.loadAny(b + at, count)), count);
  }
}

/** out = a / b. */
export function divide(a: usize, b: usize, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    simd.storeAny(out + at, f32x4.div(simd.loadAny(a + at, count), simd.loadAny(b + at, count)), count);
  }
}

/** out = 1 where the relation holds, else 0. */
export function compare(relation: Relation, a: usize, b: usize, out: usize, begin: i32, end: i32): void {
  const one = f32x4.splat(1);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const count = end - i;
    const holds = related(relation, simd.loadAny(a + at, count), simd.loadAny(b + at, count));
    simd.storeAny(out + at, v128.and(holds, one), count);
  }
}

function related(relation: Relation, a: v128, b: v128): v128 {
  switch (relation) {
    case Relation.less:
      return f32x4.lt(a, b);
    case Relation.lessOrEqual:
      return f32x4.le(a, b);
    case Relation.equal:
      return f32x4.eq(a, b);
    case Relation.notEqual:
      return f32x4.ne(a, b);
    case Relation.greaterOrEqual:
      return f32x4.ge(a, b);
    default:
      return f32x4.gt(a, b);
  }
}

/** out = x + offset. */
export function shift(x: usize, offset: f32, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    simd.storeAny(out + at, f32x4.add(simd.loadAny(x + at, end - i), f32x4.splat(offset)), end - i);
  }
}

/** out = e^x. */
export function exp(x: usize, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    simd.storeAny(out + at, exp4(simd.loadAny(x + at, end - i)), end - i);
  }
}

/** out = tanh(x). */
export function tanh(x: usize, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    simd.storeAny(out + at, tanh4(simd.loadAny(x + at, end - i)), end - i);
  }
}

/** out = sqrt(x). */
export function sqrt(x: usize, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    simd.storeAny(out + at, f32x4.sqrt(simd.loadAny(x + at, end - i)), end - i);
  }
}

/** out = min(max(x, least), most); NaN stays. */
export function clamp(x: usize, least: f32, most: f32, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const raised = f32x4.max(simd.loadAny(x + at, end - i), f32x4.splat(least));
    simd.storeAny(out + at, f32x4.min(raised, f32x4.splat(most)), end - i);
  }
}
