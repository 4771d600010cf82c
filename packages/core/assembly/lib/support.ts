// Input gradients where they are needed: behind a surrogate of compact support, the gradient of a
// spike counts only where a |f - threshold| < limit. Elsewhere it is set to zero, and no product
// is spent on it. Rows of the weights lie along the outputs.
import { simd } from "./simd";

/** Which potentials are inside the support. */
export class Support {
  threshold: f32;
  alpha: f32;
  limit: f32;
}

/** Bits of the potentials at `f` (one to four) that are inside the support. */
export function inside(w: Support, f: usize, lanes: i32): i32 {
  const z = f32x4.abs(f32x4.sub(simd.loadAny(f, lanes), f32x4.splat(w.threshold)));
  const near = f32x4.lt(f32x4.mul(z, f32x4.splat(w.alpha)), f32x4.splat(w.limit));
  return i32x4.bitmask(near) & ((1 << min(lanes, 4)) - 1);
}

/** sum over n numbers of a b. */
export function dot(a: usize, b: usize, n: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    s0 = simd.madd(v128.load(a, 0), v128.load(b, 0), s0);
    s1 = simd.madd(v128.load(a, 16), v128.load(b, 16), s1);
    s2 = simd.madd(v128.load(a, 32), v128.load(b, 32), s2);
    s3 = simd.madd(v128.load(a, 48), v128.load(b, 48), s3);
    a += 64;
    b += 64;
  }
  for (; i < n; i += 4) {
    s0 = simd.madd(simd.loadAny(a, n - i), simd.loadAny(b, n - i), s0);
    a += 16;
    b += 16;
  }
  return simd.sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}
