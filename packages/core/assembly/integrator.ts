// Non-spiking leaky integrator: v[t] = keep v[t-1] + gain x[t], elements begin..end of a step.
import { simd } from "./lib/simd";

export function integratorForward(
  keep: f32,
  gain: f32,
  x: usize,
  initial: usize,
  v: usize,
  steps: i32,
  size: i32,
  begin: i32,
  end: i32,
): void {
  for (let t = 0; t < steps; t++) {
    const step = (<usize>(t * size)) << 2;
    const previous = t ? v + step - ((<usize>size) << 2) : initial;
    for (let j = begin; j < end; j += 4) {
      const lanes = end - j;
      const place = (<usize>j) << 2;
      let sum = f32x4.mul(simd.loadAny(x + step + place, lanes), f32x4.splat(gain));
      if (previous) sum = simd.madd(simd.loadAny(previous + place, lanes), f32x4.splat(keep), sum);
      simd.storeAny(v + step + place, sum, lanes);
    }
  }
}

/** `scratch` has room for end - begin numbers; gInitial may be 0. */
export function integratorBackward(
  keep: f32,
  gain: f32,
  gv: usize,
  gx: usize,
  gInitial: usize,
  steps: i32,
  size: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const carry = scratch - ((<usize>begin) << 2);
  const bytes = (<usize>(end - begin)) << 2;
  memory.fill(scratch, 0, bytes);
  for (let t = steps - 1; t >= 0; t--) {
    const step = (<usize>(t * size)) << 2;
    for (let j = begin; j < end; j += 4) {
      const lanes = end - j;
      const place = (<usize>j) << 2;
      const g = f32x4.add(simd.loadAny(carry + place, lanes), simd.loadAny(gv + step + place, lanes));
      simd.storeAny(gx + step + place, f32x4.mul(g, f32x4.splat(gain)), lanes);
      simd.storeAny(carry + place, f32x4.mul(g, f32x4.splat(keep)), lanes);
    }
  }
  if (gInitial) memory.copy(gInitial + ((<usize>begin) << 2), scratch, bytes);
}
