// Derivatives g'(z) of the surrogates, z = potential - threshold.
import { exp4 } from "./math";

export enum Surrogate {
  atan,
  sigmoid,
  piecewiseQuadratic,
  triangle,
  rectangle,
  fastSigmoid,
  /** Read from a table instead. */
  custom,
}

export const HALF_PI: f32 = 1.57079633;

export function derivative(kind: Surrogate, alpha: f32, z: v128): v128 {
  const a = f32x4.splat(alpha);
  const one = f32x4.splat(1);
  if (kind == Surrogate.atan) {
    const scaled = f32x4.mul(z, f32x4.splat(HALF_PI * alpha));
    return f32x4.div(f32x4.splat(0.5 * alpha), f32x4.add(one, f32x4.mul(scaled, scaled)));
  }
  if (kind == Surrogate.sigmoid) {
    // s (1 - s) = e / (1 + e)^2 with e = exp(-a |z|), which cannot overflow.
    const e = exp4(f32x4.neg(f32x4.mul(a, f32x4.abs(z))));
    const sum = f32x4.add(one, e);
    return f32x4.div(f32x4.mul(a, e), f32x4.mul(sum, sum));
  }
  const distance = f32x4.mul(a, f32x4.abs(z));
  if (kind == Surrogate.piecewiseQuadratic) {
    return f32x4.max(f32x4.splat(0), f32x4.mul(a, f32x4.sub(one, distance)));
  }
  if (kind == Surrogate.triangle) return f32x4.max(f32x4.splat(0), f32x4.sub(one, distance));
  if (kind == Surrogate.rectangle) return v128.and(a, f32x4.lt(distance, f32x4.splat(0.5)));
  const sum = f32x4.add(one, distance); // fast sigmoid
  return f32x4.div(one, f32x4.mul(sum, sum));
}
