/** e^x for four numbers, to 2 ULP: range reduction by ln 2 and a polynomial of degree 6; 0 below -87, infinite above 88.7. */
export function exp4(x: v128): v128 {
  const clamped = f32x4.max(f32x4.min(x, f32x4.splat(89)), f32x4.splat(-88));
  const n = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.44269504)));
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(0.00021219444)));
  let p = f32x4.splat(0.0013888889);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.0083333333));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.041666667));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.16666667));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1));
  // Two half-size powers of two, so that the exponent field never overflows before the product does.
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  const bias = i32x4.splat(127);
  const low = i32x4.shl(i32x4.add(half, bias), 23);
  const high = i32x4.shl(i32x4.add(i32x4.sub(whole, half), bias), 23);
  const result = f32x4.mul(f32x4.mul(p, low), high);
  // NaN stays NaN, which the clamp would have hidden.
  return v128.bitselect(result, x, f32x4.eq(x, x));
}

/** tanh for four numbers, to 3 ULP: a polynomial of degree 11 up to 0.65, beyond it 1 - 2 / (e^2|x| + 1) with the sign of x. */
export function tanh4(x: v128): v128 {
  const size = f32x4.abs(x);
  const one = f32x4.splat(1);
  const e = exp4(f32x4.add(size, size));
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)));
  const z = f32x4.mul(x, x);
  let p = f32x4.splat(-0.00593298);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.02088132));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.05382585));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(0.13332602));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-0.33333327));
  const near = f32x4.add(size, f32x4.mul(f32x4.mul(size, z), p));
  const result = v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(0.65)));
  return v128.or(result, v128.and(x, f32x4.splat(-0.0)));
}
