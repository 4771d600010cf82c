// Adaptive LIF neurons, fused over time:
//
//   h = keep v + gain x + offset;  A = threshold + beta a;  s = h >= A
//   v = s ? (soft ? h - A : reset) : h;  a = rho a + (1 - rho) s
import { startFrom } from "./elementwise";
import { simd } from "./lib/simd";
import { derivative, Surrogate } from "./lib/surrogate";

/** The numbers of a layer. */
export class Alif {
  keep: f32;
  gain: f32;
  offset: f32;
  threshold: f32;
  reset: f32;
  beta: f32;
  rho: f32;
  alpha: f32;
  surrogate: Surrogate;
  soft: i32;
  detachReset: i32;
}

/**
 * Elements begin..end of a step, all steps. `v` and `a` hold the running state.
 * Pointers that may be 0: initialPotential, initialAdaptation, spikes, charged, potential, h, thresholds.
 *
 * @param h, thresholds get h[t] and A[t], for the backward pass
 */
export function alifForward(
  alif: Alif,
  x: usize,
  initialPotential: usize,
  initialAdaptation: usize,
  spikes: usize,
  charged: usize,
  potential: usize,
  h: usize,
  thresholds: usize,
  v: usize,
  a: usize,
  steps: i32,
  size: i32,
  begin: i32,
  end: i32,
): void {
  startFrom(initialPotential, alif.reset, v, begin, end);
  startFrom(initialAdaptation, 0, a, begin, end);
  const base = f32x4.splat(alif.threshold);
  const one = f32x4.splat(1);
  for (let t = 0; t < steps; t++) {
    const step = (<usize>(t * size)) << 2;
    for (let j = begin; j < end; j += 4) {
      const lanes = end - j;
      const place = (<usize>j) << 2;
      const at = step + place;
      const input = simd.madd(simd.loadAny(x + at, lanes), f32x4.splat(alif.gain), f32x4.splat(alif.offset));
      const height = simd.madd(simd.loadAny(v + place, lanes), f32x4.splat(alif.keep), input);
      const adaptation = simd.loadAny(a + place, lanes);
      const threshold = simd.madd(adaptation, f32x4.splat(alif.beta), base);
      const fired = f32x4.ge(height, threshold);
      const after = alif.soft ? f32x4.sub(height, threshold) : f32x4.splat(alif.reset);
      const next = v128.bitselect(after, height, fired);
      const rise = v128.and(fired, f32x4.splat(1 - alif.rho));
      simd.storeAny(v + place, next, lanes);
      simd.storeAny(a + place, simd.madd(adaptation, f32x4.splat(alif.rho), rise), lanes);
      if (spikes) simd.storeAny(spikes + at, v128.and(fired, one), lanes);
      if (charged) simd.storeAny(charged + at, f32x4.add(f32x4.sub(height, threshold), base), lanes);
      if (potential) simd.storeAny(potential + at, next, lanes);
      if (h) simd.storeAny(h + at, height, lanes);
      if (thresholds) simd.storeAny(thresholds + at, threshold, lanes);
    }
  }
}

/**
 * Gradients for elements begin..end. h and A are computed again, into `gx` and `thresholds`.
 * Pointers that may be 0: initialPotential, initialAdaptation, gSpikes, gPotential, gFinalPotential, gFinalAdaptation, slopes.
 *
 * @param gv, ga get the gradients of the initial state; they hold the running ones
 */
export function alifBackward(
  alif: Alif,
  x: usize,
  initialPotential: usize,
  initialAdaptation: usize,
  gSpikes: usize,
  gPotential: usize,
  gFinalPotential: usize,
  gFinalAdaptation: usize,
  slopes: usize,
  gx: usize,
  thresholds: usize,
  gv: usize,
  ga: usize,
  steps: i32,
  size: i32,
  begin: i32,
  end: i32,
): void {
  alifForward(
    alif,
    x,
    initialPotential,
    initialAdaptation,
    0,
    0,
    0,
    gx,
    thresholds,
    gv,
    ga,
    steps,
    size,
    begin,
    end,
  );
  startFrom(gFinalPotential, 0, gv, begin, end);
  startFrom(gFinalAdaptation, 0, ga, begin, end);
  for (let t = steps - 1; t >= 0; t--) {
    const step = (<usize>(t * size)) << 2;
    for (let j = begin; j < end; j += 4) {
      const lanes = end - j;
      const place = (<usize>j) << 2;
      const at = step + place;
      const h = simd.loadAny(gx + at, lanes);
      const threshold = simd.loadAny(thresholds + at, lanes);
      const fired = f32x4.ge(h, threshold);
      let gPot = simd.loadAny(gv + place, lanes);
      if (gPotential) gPot = f32x4.add(gPot, simd.loadAny(gPotential + at, lanes));
      const gAdapt = simd.loadAny(ga + place, lanes);
      let gs = f32x4.mul(gAdapt, f32x4.splat(1 - alif.rho));
      if (gSpikes) gs = f32x4.add(gs, simd.loadAny(gSpikes + at, lanes));
      if (!alif.detachReset) {
        const jump = alif.soft ? f32x4.neg(threshold) : f32x4.sub(f32x4.splat(alif.reset), h);
        gs = f32x4.add(gs, f32x4.mul(gPot, jump));
      }
      const z = f32x4.sub(h, threshold);
      const slope = slopes ? simd.loadAny(slopes + at, lanes) : derivative(alif.surrogate, alif.alpha, z);
      const gz = f32x4.mul(gs, slope);
      const gh = f32x4.add(gz, alif.soft ? gPot : v128.andnot(gPot, fired));
      let gThreshold = f32x4.neg(gz);
      if (alif.soft) gThreshold = f32x4.sub(gThreshold, v128.and(gPot, fired));
      const gBefore = f32x4.mul(gThreshold, f32x4.splat(alif.beta));
      simd.storeAny(ga + place, simd.madd(gAdapt, f32x4.splat(alif.rho), gBefore), lanes);
      simd.storeAny(gv + place, f32x4.mul(gh, f32x4.splat(alif.keep)), lanes);
      simd.storeAny(gx + at, f32x4.mul(gh, f32x4.splat(alif.gain)), lanes);
    }
  }
}
