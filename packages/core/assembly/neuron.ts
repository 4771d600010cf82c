// The integrate-and-fire family, fused over time. IF, LIF, PLIF and KLIF differ in numbers alone:
//
//   h = keep v + gain x + offset;  f = max(k h, floor);  s = f >= threshold
//   v = s ? (soft ? (f - threshold) / k' : reset) : f / k'
//
// where floor is 0 for KLIF (its ReLU) and -infinity otherwise, and k' is k with scaleReset, else 1.
import { copy, startFrom } from "./elementwise";
import { simd } from "./lib/simd";
import { derivative, HALF_PI, Surrogate } from "./lib/surrogate";

/** Whose gradient is wanted: of nothing, of k (KLIF), or of the reciprocal time constant (PLIF). */
export enum Learns {
  nothing,
  k,
  tau,
}

/** The numbers of a layer. */
export class Neuron {
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
  surrogate: Surrogate;
  soft: i32;
  detachReset: i32;
  learns: Learns;
  /** 1 when the input decays too: h contains x / tau. */
  decayInput: i32;
  /** 1 when the reset divides by k, so that k's gradient has a second path. */
  scaleReset: i32;
}

/**
 * Elements begin..end of a step, all steps, from `initial` or from rest. `final` holds the running potential.
 * Pointers that may be 0: initial, spikes, charged, potential.
 */
export function neuronForward(
  neuron: Neuron,
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
  startFrom(initial, neuron.reset, final, begin, end);
  const whole = simd.whole(begin, end);
  for (let t = 0; t < steps; t++) {
    const step = (<usize>(t * size)) << 2;
    forwardStep<v128>(neuron, x, spikes, charged, potential, final, step, begin, whole);
    if (whole < end) forwardStep<f32>(neuron, x, spikes, charged, potential, final, step, whole, end);
  }
}

/** One step; `step` is its offset in bytes. */
function forwardStep<T>(
  n: Neuron,
  x: usize,
  spikes: usize,
  charged: usize,
  potential: usize,
  final: usize,
  step: usize,
  begin: i32,
  end: i32,
): void {
  const keep = f32x4.splat(n.keep);
  const gain = f32x4.splat(n.gain);
  const offset = f32x4.splat(n.offset);
  const k = f32x4.splat(n.k);
  const floor = f32x4.splat(n.floor);
  const threshold = f32x4.splat(n.threshold);
  const scale = f32x4.splat(n.resetScale);
  const hard = f32x4.splat(n.reset);
  const one = f32x4.splat(1);
  const soft = n.soft;
  for (let j = begin; j < end; j += 4) {
    const lanes = end - j;
    const place = (<usize>j) << 2;
    const at = step + place;
    const input = simd.madd(simd.load<T>(x + at, lanes), gain, offset);
    const h = simd.madd(simd.load<T>(final + place, lanes), keep, input);
    const f = f32x4.max(f32x4.mul(h, k), floor);
    const fired = f32x4.ge(f, threshold);
    const after = soft ? f32x4.mul(f32x4.sub(f, threshold), scale) : hard;
    const v = v128.bitselect(after, f32x4.mul(f, scale), fired);
    simd.store<T>(final + place, v, lanes);
    if (spikes) simd.store<T>(spikes + at, v128.and(fired, one), lanes);
    if (charged) simd.store<T>(charged + at, f, lanes);
    if (potential) simd.store<T>(potential + at, v, lanes);
  }
}

/**
 * Gradients for elements begin..end, from the f[t] that the forward pass kept in `charged`. `gx` may
 * be `charged`: the sweep overwrites f[t] after its last use. Without it (0), f is computed again
 * from x, into `gx`.
 * Pointers that may be 0: initial, charged, gSpikes, gPotential, gFinal, slopes, gInitial, partials.
 *
 * @param partials an f64 for each `grain` elements: the sums that make the parameter's gradient
 * @param scratch room for end - begin numbers
 */
export function neuronBackward(
  neuron: Neuron,
  x: usize,
  initial: usize,
  charged: usize,
  gSpikes: usize,
  gPotential: usize,
  gFinal: usize,
  slopes: usize,
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
  const carry = scratch - ((<usize>begin) << 2);
  if (!charged) neuronForward(neuron, x, initial, 0, gx, 0, carry, steps, size, begin, end);
  const kept = charged ? charged : gx;
  startFrom(gFinal, 0, carry, begin, end);
  const whole = simd.whole(begin, end);
  const isPlain =
    gSpikes &&
    !gPotential &&
    !slopes &&
    !neuron.learns &&
    neuron.detachReset &&
    !neuron.soft &&
    neuron.surrogate == Surrogate.atan;
  let sum: f64 = 0;
  for (let t = steps - 1; t >= 0; t--) {
    const step = (<usize>(t * size)) << 2;
    // v[0] of the sequence is `initial`; before later steps it follows from f[t-1].
    const before = t ? kept + step - ((<usize>size) << 2) : initial;
    const first = t == 0;
    if (isPlain) {
      plainBackwardStep(neuron, gSpikes, kept, gx, carry, step, begin, whole);
    } else {
      sum += backwardStep<v128>(
        neuron,
        x,
        gSpikes,
        gPotential,
        slopes,
        kept,
        gx,
        carry,
        before,
        first,
        step,
        begin,
        whole,
      );
    }
    if (whole == end) continue;
    sum += backwardStep<f32>(
      neuron,
      x,
      gSpikes,
      gPotential,
      slopes,
      kept,
      gx,
      carry,
      before,
      first,
      step,
      whole,
      end,
    );
  }
  if (gInitial) copy(carry, gInitial, begin, end);
  if (partials) store<f64>(partials + ((<usize>(begin / grain)) << 3), sum);
}

/**
 * One step backwards in the commonest case, with nothing to decide in the loop: a hard, detached reset,
 * the arctangent, no learned parameter, and gradients of the spikes alone.
 */
function plainBackwardStep(
  n: Neuron,
  gSpikes: usize,
  kept: usize,
  gx: usize,
  carry: usize,
  step: usize,
  begin: i32,
  end: i32,
): void {
  const threshold = f32x4.splat(n.threshold);
  const steepness = f32x4.splat(HALF_PI * n.alpha);
  const peak = f32x4.splat(0.5 * n.alpha);
  const one = f32x4.splat(1);
  const scale = f32x4.splat(n.resetScale);
  const lowest = f32x4.splat(n.floor);
  const k = f32x4.splat(n.k);
  const gain = f32x4.splat(n.gain);
  const keep = f32x4.splat(n.keep);
  const stop = step + ((<usize>end) << 2);
  let state = carry + ((<usize>begin) << 2);
  for (let at = step + ((<usize>begin) << 2); at < stop; at += 16) {
    const f = v128.load(kept + at);
    const z = f32x4.sub(f, threshold);
    const scaled = f32x4.mul(z, steepness);
    const slope = f32x4.div(peak, simd.madd(scaled, scaled, one));
    const through = v128.andnot(f32x4.mul(v128.load(state), scale), f32x4.ge(f, threshold));
    const gf = simd.madd(v128.load(gSpikes + at), slope, through);
    const gh = v128.and(f32x4.mul(gf, k), f32x4.gt(f, lowest));
    v128.store(gx + at, f32x4.mul(gh, gain));
    v128.store(state, f32x4.mul(gh, keep));
    state += 16;
  }
}

/** One step backwards; returns its part of the parameter's gradient. */
function backwardStep<T>(
  n: Neuron,
  x: usize,
  gSpikes: usize,
  gPotential: usize,
  slopes: usize,
  kept: usize,
  gx: usize,
  carry: usize,
  before: usize,
  first: bool,
  step: usize,
  begin: i32,
  end: i32,
): f64 {
  const keep = f32x4.splat(n.keep);
  const gain = f32x4.splat(n.gain);
  const k = f32x4.splat(n.k);
  const threshold = f32x4.splat(n.threshold);
  const scale = f32x4.splat(n.resetScale);
  const hard = f32x4.splat(n.reset);
  const zero = f32x4.splat(0);
  const softJump = f32x4.splat(-n.threshold * n.resetScale);
  const soft = n.soft;
  const detachReset = n.detachReset;
  const rectified = n.floor == 0;
  const surrogate = n.surrogate;
  const alpha = n.alpha;
  const learns = n.learns;
  let sum = zero;
  for (let j = begin; j < end; j += 4) {
    const lanes = end - j;
    const place = (<usize>j) << 2;
    const at = step + place;
    const f = simd.load<T>(kept + at, lanes);
    const fired = f32x4.ge(f, threshold);
    let gv = simd.load<T>(carry + place, lanes);
    if (gPotential) gv = f32x4.add(gv, simd.load<T>(gPotential + at, lanes));
    let gs = gSpikes ? simd.load<T>(gSpikes + at, lanes) : zero;
    if (!detachReset) {
      const jump = soft ? softJump : f32x4.sub(hard, f32x4.mul(f, scale));
      gs = simd.madd(gv, jump, gs);
    }
    const slope = slopes
      ? simd.load<T>(slopes + at, lanes)
      : derivative(surrogate, alpha, f32x4.sub(f, threshold));
    const through = soft ? scale : v128.andnot(scale, fired);
    const gf = simd.madd(gs, slope, f32x4.mul(gv, through));
    let gh = f32x4.mul(gf, k);
    if (rectified) gh = v128.and(gh, f32x4.gt(f, zero));
    if (learns == Learns.k) {
      sum = f32x4.add(sum, scaleGradient(n, f, gf, gv, fired));
    } else if (learns == Learns.tau) {
      const v = potentialBefore<T>(n, before, first, place, lanes);
      const input = n.decayInput ? simd.load<T>(x + at, lanes) : zero;
      sum = simd.madd(gh, f32x4.add(input, f32x4.sub(hard, v)), sum);
    }
    simd.store<T>(gx + at, f32x4.mul(gh, gain), lanes);
    simd.store<T>(carry + place, f32x4.mul(gh, keep), lanes);
  }
  return <f64>simd.sum(sum);
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

/** v[t-1]: given or at rest before the first step, else what the reset made of f[t-1]. */
function potentialBefore<T>(n: Neuron, before: usize, first: bool, place: usize, lanes: i32): v128 {
  if (!before) return f32x4.splat(n.reset);
  const value = simd.load<T>(before + place, lanes);
  if (first) return value;
  const scale = f32x4.splat(n.resetScale);
  const threshold = f32x4.splat(n.threshold);
  const lowered = f32x4.mul(f32x4.sub(value, threshold), scale);
  const after = n.soft ? lowered : f32x4.splat(n.reset);
  return v128.bitselect(after, f32x4.mul(value, scale), f32x4.ge(value, threshold));
}
