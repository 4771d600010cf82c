// Sums over rows of [rows, channels].
import { simd } from "./simd";

export function sumColumns<T>(gy: usize, channels: i32, c: i32, sums: usize, begin: i32, end: i32): void {
  const lanes = channels - c;
  let sum = f32x4.splat(0);
  for (let r = begin; r < end; r++) {
    sum = f32x4.add(sum, simd.load<T>(gy + ((<usize>(r * channels + c)) << 2), lanes));
  }
  simd.store<T>(sums + ((<usize>c) << 2), sum, lanes);
}

/** A cache line of channels at a time, where rows are too long for the first-level cache. */
export function sumColumns16(gy: usize, channels: i32, c: i32, sums: usize, begin: i32, end: i32): void {
  const stride = (<usize>channels) << 2;
  let at = gy + ((<usize>(begin * channels + c)) << 2);
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let r = begin; r < end; r++) {
    s0 = f32x4.add(s0, v128.load(at, 0));
    s1 = f32x4.add(s1, v128.load(at, 16));
    s2 = f32x4.add(s2, v128.load(at, 32));
    s3 = f32x4.add(s3, v128.load(at, 48));
    at += stride;
  }
  const to = sums + ((<usize>c) << 2);
  v128.store(to, s0, 0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}
