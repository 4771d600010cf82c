// The integrate-and-fire family, fused over time. IF, LIF, PLIF and KLIF differ in numbers alone:
//
//   h = keep v + gain x + offset;  f = max(k h, floor);  s = f >= threshold
//   v = s ? (soft ? (f - threshold) / k' : reset) : f / k'
//
// where floor is 0 for KLIF (its ReLU) and -infinity otherwise, and k' is k with scaleReset, else 1.
import { simd } from "./simd";
import { derivative } from "./surrogate";

/** The numbers behind `neuron`; written by the host. */
class Neuron {
  keep: f32;
  gain: f32;
  offset: f32;
  k: f32;
  floor: f32;
  threshold: f32;
  /** Target of a hard reset; 0 with a soft one. */
  reset: f32;
  /** 1 / k with scaleReset, else 1. */
  resetScale: f32;
  alpha: f32;
  surrogate: i32;
  soft: i32;
  detachReset: i32;
  /** 0 none, 1 k (KLIF), 2 the reciprocal time constant (PLIF). */
  learns: i32;
  /** 1 when the input decays too: h contains x / tau. */
  decayInput: i32;
  /** 1 when the reset divides by k, so that k's gradient has a second path. */
  scaleReset: i32;
}

/** f, from the potential before and the input. */
function charge(n: Neuron, v: v128, x: v128): v128 {
  const h = simd.madd(v, f32x4.splat(n.keep), simd.madd(x, f32x4.splat(n.gain), f32x4.splat(n.offset)));
  return f32x4.max(f32x4.mul(h, f32x4.splat(n.k)), f32x4.splat(n.floor));
}

/** v after the reset. */
function reset(n: Neuron, f: v128, fired: v128): v128 {
  const scale = f32x4.splat(n.resetScale);
  const lowered = f32x4.mul(f32x4.sub(f, f32x4.splat(n.threshold)), scale);
  const after = n.soft ? lowered : f32x4.splat(n.reset);
  return v128.bitselect(after, f32x4.mul(f, scale), fired);
}

/**
 * Elements begin..end of a step, all steps. `final` holds the running potential.
 * Pointers that may be 0: initial, spikes, charged, potential.
 */
export function neuronForward(
  neuron: usize,
  x: usize,
  initial: usize,
  spikes: usize,
  charged: usize,
  potential: usize,
  final: usize,
  steps: i32,
  size: i32,
  begin: i32,
  end: i32,
): void {
  const n = changetype<Neuron>(neuron);
  const bytes = (<usize>(end - begin)) << 2;
  if (initial) memory.copy(final + ((<usize>begin) << 2), initial + ((<usize>begin) << 2), bytes);
  else memory.fill(final + ((<usize>begin) << 2), 0, bytes);
  const threshold = f32x4.splat(n.threshold);
  const one = f32x4.splat(1);
  for (let t = 0; t < steps; t++) {
    const step = (<usize>(t * size)) << 2;
    for (let j = begin; j < end; j += 4) {
      const lanes = end - j;
      const place = (<usize>j) << 2;
      const at = step + place;
      const f = charge(n, simd.load(final + place, lanes), simd.load(x + at, lanes));
      const fired = f32x4.ge(f, threshold);
      const v = reset(n, f, fired);
      simd.store(final + place, v, lanes);
      if (spikes) simd.store(spikes + at, v128.and(fired, one), lanes);
      if (charged) simd.store(charged + at, f, lanes);
      if (potential) simd.store(potential + at, v, lanes);
    }
  }
}

/**
 * Gradients for elements begin..end. The potentials are computed again from x into `gx`, which the
 * backward sweep then overwrites, so that the forward pass need not keep them.
 * Pointers that may be 0: initial, gSpikes, gPotential, gFinal, derivatives, gInitial, partials.
 *
 * @param partials an f64 for each `grain` elements: the sums that make the parameter's gradient
 * @param scratch room for end - begin numbers
 */
export function neuronBackward(
  neuron: usize,
  x: usize,
  initial: usize,
  gSpikes: usize,
  gPotential: usize,
  gFinal: usize,
  derivatives: usize,
  gx: usize,
  gInitial: usize,
  partials: usize,
  steps: i32,
  size: i32,
  grain: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const n = changetype<Neuron>(neuron);
  const carry = scratch - ((<usize>begin) << 2);
  neuronForward(neuron, x, initial, 0, gx, 0, carry, steps, size, begin, end);
  const bytes = (<usize>(end - begin)) << 2;
  if (gFinal) memory.copy(scratch, gFinal + ((<usize>begin) << 2), bytes);
  else memory.fill(scratch, 0, bytes);

  const threshold = f32x4.splat(n.threshold);
  const resetScale = f32x4.splat(n.resetScale);
  const zero = f32x4.splat(0);
  let sum: f64 = 0;
  for (let t = steps - 1; t >= 0; t--) {
    const step = (<usize>(t * size)) << 2;
    let stepSum = zero;
    for (let j = begin; j < end; j += 4) {
      const lanes = end - j;
      const place = (<usize>j) << 2;
      const at = step + place;
      const f = simd.load(gx + at, lanes);
      const fired = f32x4.ge(f, threshold);
      let gv = simd.load(carry + place, lanes);
      if (gPotential) gv = f32x4.add(gv, simd.load(gPotential + at, lanes));
      let gs = gSpikes ? simd.load(gSpikes + at, lanes) : zero;
      if (!n.detachReset) {
        const jump = n.soft
          ? f32x4.splat(-n.threshold * n.resetScale)
          : f32x4.sub(f32x4.splat(n.reset), f32x4.mul(f, resetScale));
        gs = f32x4.add(gs, f32x4.mul(gv, jump));
      }
      const slope = derivatives
        ? simd.load(derivatives + at, lanes)
        : derivative(n.surrogate, n.alpha, f32x4.sub(f, threshold));
      const through = n.soft ? resetScale : v128.andnot(resetScale, fired);
      const gf = simd.madd(gs, slope, f32x4.mul(gv, through));
      let gh = f32x4.mul(gf, f32x4.splat(n.k));
      if (n.floor == 0) gh = v128.and(gh, f32x4.gt(f, zero));
      if (n.learns == 1) {
        stepSum = f32x4.add(stepSum, scaleGradient(n, f, gf, gv, fired));
      } else if (n.learns == 2) {
        const before = potentialBefore(n, t, gx, initial, size, j, lanes);
        const input = n.decayInput ? simd.load(x + at, lanes) : zero;
        const decay = f32x4.sub(f32x4.splat(n.reset), before);
        stepSum = f32x4.add(stepSum, f32x4.mul(gh, f32x4.add(input, decay)));
      }
      simd.store(gx + at, f32x4.mul(gh, f32x4.splat(n.gain)), lanes);
      simd.store(carry + place, f32x4.mul(gh, f32x4.splat(n.keep)), lanes);
    }
    sum += <f64>simd.sum(stepSum);
  }
  if (gInitial) memory.copy(gInitial + ((<usize>begin) << 2), scratch, bytes);
  if (partials) store<f64>(partials + ((<usize>(begin / grain)) << 3), sum);
}

/** dL/dk of one step: through f = relu(k h), and through the division by k of a scaled reset. */
function scaleGradient(n: Neuron, f: v128, gf: v128, gv: v128, fired: v128): v128 {
  const inverse = f32x4.splat(n.k == 0 ? 0 : 1 / n.k);
  const h = f32x4.mul(f, inverse);
  const direct = f32x4.mul(gf, h);
  if (!n.scaleReset) return direct;
  const threshold = f32x4.splat(n.threshold);
  const scaled = n.soft
    ? f32x4.mul(f32x4.sub(f, v128.and(threshold, fired)), inverse)
    : v128.andnot(h, fired);
  return f32x4.sub(direct, f32x4.mul(gv, f32x4.mul(scaled, inverse)));
}

/** v[t-1], from the recomputed f[t-1]. */
function potentialBefore(n: Neuron, t: i32, f: usize, initial: usize, size: i32, j: i32, lanes: i32): v128 {
  if (t == 0) return initial ? simd.load(initial + ((<usize>j) << 2), lanes) : f32x4.splat(0);
  const before = simd.load(f + ((<usize>((t - 1) * size + j)) << 2), lanes);
  return reset(n, before, f32x4.ge(before, f32x4.splat(n.threshold)));
}
