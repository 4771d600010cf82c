// Reductions over time of sequences [steps, size]; elements begin..end of a step.
import { simd } from "./lib/simd";

export function repeatOverTime(x: usize, y: usize, steps: i32, size: i32, begin: i32, end: i32): void {
  const bytes = (<usize>(end - begin)) << 2;
  for (let t = 0; t < steps; t++) {
    memory.copy(y + ((<usize>(t * size + begin)) << 2), x + ((<usize>begin) << 2), bytes);
  }
}

export function sumOverTime(
  factor: f32,
  x: usize,
  y: usize,
  steps: i32,
  size: i32,
  begin: i32,
  end: i32,
): void {
  for (let j = begin; j < end; j += 4) {
    const lanes = end - j;
    let sum = f32x4.splat(0);
    for (let t = 0; t < steps; t++)
      sum = f32x4.add(sum, simd.loadAny(x + ((<usize>(t * size + j)) << 2), lanes));
    simd.storeAny(y + ((<usize>j) << 2), f32x4.mul(sum, f32x4.splat(factor)), lanes);
  }
}

/** `winner` gets the first step at which the maximum stands. */
export function maxOverTime(
  x: usize,
  y: usize,
  winner: usize,
  steps: i32,
  size: i32,
  begin: i32,
  end: i32,
): void {
  for (let j = begin; j < end; j += 4) {
    const lanes = end - j;
    let best = simd.loadAny(x + ((<usize>j) << 2), lanes);
    let place = f32x4.splat(0);
    for (let t = 1; t < steps; t++) {
      const value = simd.loadAny(x + ((<usize>(t * size + j)) << 2), lanes);
      const higher = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
      best = v128.bitselect(value, best, higher);
      place = v128.bitselect(f32x4.splat(<f32>t), place, higher);
    }
    simd.storeAny(y + ((<usize>j) << 2), best, lanes);
    simd.storeAny(winner + ((<usize>j) << 2), place, lanes);
  }
}

export function maxOverTimeBackward(
  gy: usize,
  winner: usize,
  gx: usize,
  steps: i32,
  size: i32,
  begin: i32,
  end: i32,
): void {
  for (let t = 0; t < steps; t++) {
    const now = f32x4.splat(<f32>t);
    for (let j = begin; j < end; j += 4) {
      const lanes = end - j;
      const won = f32x4.eq(simd.loadAny(winner + ((<usize>j) << 2), lanes), now);
      const share = v128.and(simd.loadAny(gy + ((<usize>j) << 2), lanes), won);
      simd.storeAny(gx + ((<usize>(t * size + j)) << 2), share, lanes);
    }
  }
}
