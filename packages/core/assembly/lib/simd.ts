/**
 * Vector helpers that both builds share; static methods are sure to be inlined.
 *
 * Loops come in two instances of one generic function: T = v128 for whole vectors, T = f32 for a
 * last one of one to three numbers.
 */
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

  /** Sum of the four integers. */
  @inline static sumIntegers(a: v128): i32 {
    return (
      i32x4.extract_lane(a, 0) +
      i32x4.extract_lane(a, 1) +
      (i32x4.extract_lane(a, 2) + i32x4.extract_lane(a, 3))
    );
  }

  /** Four numbers with T = v128; with T = f32 one to three, the rest zero. */
  @inline static load<T>(from: usize, count: i32): v128 {
    if (sizeof<T>() == 16) return v128.load(from);
    let v = v128.load32_zero(from);
    if (count > 1) v = v128.load_lane<f32>(from, v, 1, 4, 4);
    if (count > 2) v = v128.load_lane<f32>(from, v, 2, 8, 4);
    return v;
  }

  /** Stores four numbers with T = v128; with T = f32 the first one to three. */
  @inline static store<T>(to: usize, v: v128, count: i32): void {
    if (sizeof<T>() == 16) {
      v128.store(to, v);
      return;
    }
    v128.store_lane<f32>(to, v, 0);
    if (count > 1) v128.store_lane<f32>(to, v, 1, 4, 4);
    if (count > 2) v128.store_lane<f32>(to, v, 2, 8, 4);
  }

  /** Like `load`, deciding at run time: for loops that are short or rare. */
  @inline static loadAny(from: usize, count: i32): v128 {
    return count >= 4 ? v128.load(from) : simd.load<f32>(from, count);
  }

  /** Like `store`, deciding at run time. */
  @inline static storeAny(to: usize, v: v128, count: i32): void {
    if (count >= 4) v128.store(to, v);
    else simd.store<f32>(to, v, count);
  }

  /** End of the part of begin..end that whole vectors cover. */
  @inline static whole(begin: i32, end: i32): i32 {
    return end - ((end - begin) & 3);
  }
}
