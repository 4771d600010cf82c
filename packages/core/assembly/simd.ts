/** Vector helpers that both builds share; static methods are sure to be inlined. */
export abstract class simd {
  /** a b + c: fused where relaxed SIMD is enabled. */
  @inline static madd(a: v128, b: v128, c: v128): v128 {
    if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
    return f32x4.add(f32x4.mul(a, b), c);
  }

  /** Scalar a b + c with the rounding of `madd`, for loop tails. */
  @inline static maddScalar(a: f32, b: f32, c: f32): f32 {
    return f32x4.extract_lane(simd.madd(f32x4.splat(a), f32x4.splat(b), f32x4.splat(c)), 0);
  }

  /** Sum of the four lanes. */
  @inline static sum(a: v128): f32 {
    return (
      f32x4.extract_lane(a, 0) +
      f32x4.extract_lane(a, 1) +
      (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3))
    );
  }

  /** The first `count` (at least 1) of four numbers, the rest zero. */
  @inline static load(from: usize, count: i32): v128 {
    if (count >= 4) return v128.load(from);
    let v = v128.load32_zero(from);
    if (count > 1) v = v128.load_lane<f32>(from, v, 1, 4, 4);
    if (count > 2) v = v128.load_lane<f32>(from, v, 2, 8, 4);
    return v;
  }

  /** Stores the first `count` (at least 1) of four numbers. */
  @inline static store(to: usize, v: v128, count: i32): void {
    if (count >= 4) {
      v128.store(to, v);
      return;
    }
    v128.store_lane<f32>(to, v, 0);
    if (count > 1) v128.store_lane<f32>(to, v, 1, 4, 4);
    if (count > 2) v128.store_lane<f32>(to, v, 2, 8, 4);
  }
}
