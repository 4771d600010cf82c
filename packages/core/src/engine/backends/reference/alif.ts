/**
 * Adaptive leaky integrate-and-fire (Bellec et al., NeurIPS 2018), one element at a time over all its steps.
 * Equations: `AlifSpec`.
 */
import type { AlifBackend, AlifBackward, AlifForward, AlifSpec, SequenceSize } from "../../backend/index.ts";
import type { Arrays, OnArrays } from "./arrays.ts";
import { charge, chargeDerivatives, type Leak } from "./charge.ts";
import { heaviside, surrogateDerivative } from "./surrogate.ts";

/** What one step computes from the potential and the adaptation before it. */
interface Step {
  /** Potential before the step. */
  readonly before: number;
  /** h, the charged potential. */
  readonly h: number;
  /** A, the threshold of this step. */
  readonly threshold: number;
  readonly s: number;
  /** Potential and adaptation after the step. */
  readonly v: number;
  readonly a: number;
}

/**
 * Charge, fire at the adapted threshold, reset, adapt, for every step, from `initial` or else from rest
 * (vReset, or 0 for a soft reset) without adaptation.
 *
 * @param fire the step function; gradient checks put a smooth one in its place
 */
export function alifForward(
  { steps, size }: SequenceSize,
  buffers: Arrays<AlifForward>,
  spec: AlifSpec,
  fire: (z: number) => number = heaviside,
): void {
  const { spikes, charged, potential, finalPotential, finalAdaptation } = buffers;
  for (let e = 0; e < size; e++) {
    const run = runElement(spec, steps, size, e, buffers, fire);
    run.forEach(({ h, threshold, s, v }, t) => {
      const i = t * size + e;
      spikes[i] = s;
      if (charged) charged[i] = h - threshold + spec.vThreshold;
      if (potential) potential[i] = v;
    });
    const last = run[steps - 1]!;
    if (finalPotential) finalPotential[e] = last.v;
    if (finalAdaptation) finalAdaptation[e] = last.a;
  }
}

/**
 * Backpropagation through time, from the last step to the first; gv and ga are the gradients of v[t] and a[t],
 * and z = h - A. `detachReset` cuts the path from v through s; the threshold that a soft reset
 * takes off keeps its gradient.
 *
 *   1. gs = gSpikes + (1 - rho) ga + [not detachReset] gv dv/ds
 *   2. gh = gv dv/dh + gs g'(z),  gA = gv dv/dA - gs g'(z)
 *   3. gx = gh dh/dx,  gv of the step before = gh dh/dv,  ga of the step before = rho ga + beta gA
 */
export function alifBackward(
  { steps, size }: SequenceSize,
  buffers: Arrays<AlifBackward>,
  spec: AlifSpec,
  fire: (z: number) => number = heaviside,
): void {
  const rho = decayOf(spec);
  const leak = leakOf(spec);
  for (let e = 0; e < size; e++) {
    const run = runElement(spec, steps, size, e, buffers, fire);
    let gv = buffers.gFinalPotential?.[e] ?? 0;
    let ga = buffers.gFinalAdaptation?.[e] ?? 0;
    for (let t = steps - 1; t >= 0; t--) {
      const i = t * size + e;
      const step = run[t]!;
      gv += buffers.gPotential?.[i] ?? 0;
      const dReset = resetDerivatives(spec, step);
      const gs = (buffers.gSpikes?.[i] ?? 0) + (1 - rho) * ga + (spec.detachReset ? 0 : gv * dReset.ds);
      const z = step.h - step.threshold;
      const gz = gs * surrogateDerivative(spec.surrogate, spec.alpha, z, buffers.derivative?.[i]);
      const gh = gv * dReset.dh + gz;
      const gThreshold = gv * dReset.dThreshold - gz;
      const dCharge = chargeDerivatives(leak, step.before, buffers.x[i]!);
      buffers.gx[i] = gh * dCharge.dx;
      gv = gh * dCharge.dv;
      ga = rho * ga + spec.beta * gThreshold;
    }
    if (buffers.gInitialPotential) buffers.gInitialPotential[e] = gv;
    if (buffers.gInitialAdaptation) buffers.gInitialAdaptation[e] = ga;
  }
}

/** The operations of `AlifBackend`. */
export const alif: OnArrays<AlifBackend> = {
  forward: (size, buffers, spec) => alifForward(size, buffers, spec),
  backward: (size, buffers, spec) => alifBackward(size, buffers, spec),
};

/** All steps of element e, forwards. */
function runElement(
  spec: AlifSpec,
  steps: number,
  size: number,
  e: number,
  {
    x,
    initialPotential,
    initialAdaptation,
  }: Pick<Arrays<AlifForward>, "x" | "initialPotential" | "initialAdaptation">,
  fire: (z: number) => number,
): Step[] {
  const rho = decayOf(spec);
  const leak = leakOf(spec);
  let v = initialPotential?.[e] ?? leak.rest;
  let a = initialAdaptation?.[e] ?? 0;
  return Array.from({ length: steps }, (_, t) => {
    const before = v;
    const h = charge(leak, before, x[t * size + e]!);
    const threshold = spec.vThreshold + spec.beta * a;
    const s = fire(h - threshold);
    v = spec.vReset === null ? h - threshold * s : h * (1 - s) + spec.vReset * s;
    a = rho * a + (1 - rho) * s;
    return { before, h, threshold, s, v, a };
  });
}

/** Derivatives of v with respect to h, s and the threshold. */
function resetDerivatives(
  { vReset }: AlifSpec,
  { h, s, threshold }: Step,
): { readonly dh: number; readonly ds: number; readonly dThreshold: number } {
  if (vReset === null) return { dh: 1, ds: -threshold, dThreshold: -s };
  return { dh: 1 - s, ds: vReset - h, dThreshold: 0 };
}

function leakOf({ tau, vReset, decayInput }: AlifSpec): Leak {
  return { r: 1 / tau, rest: vReset ?? 0, decayInput };
}

/** rho, the share of the adaptation that is left after a step. */
function decayOf({ tauAdaptation }: AlifSpec): number {
  return Math.exp(-1 / tauAdaptation);
}
