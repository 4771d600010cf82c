/**
 * The integrate-and-fire family, one element at a time over all its steps. Equations: `NeuronSpec`
 * (KLIF: Jiang & Zhang, arXiv 2302.09238; PLIF: Fang et al., ICCV 2021).
 */
import type {
  NeuronBackend,
  NeuronBackward,
  NeuronForward,
  NeuronSpec,
  SequenceSize,
} from "../../backend/index.ts";
import type { Arrays, OnArrays } from "./arrays.ts";
import { charge, chargeDerivatives, type Leak } from "./charge.ts";
import { heaviside, surrogateDerivative } from "./surrogate.ts";

/** A neuron's constants, once its parameter is known. */
interface Unit extends Leak {
  readonly spec: NeuronSpec;
  /** KLIF's scale k, 1 for the others. */
  readonly k: number;
  /** What the carried potential is divided by: k with scaleReset, else 1. */
  readonly divisor: number;
}

/**
 * Charge, fire, reset for every step, from `initial` or else from rest (vReset; 0 for a soft reset).
 *
 * @param fire the step function; gradient checks put a smooth one in its place
 */
export function neuronForward(
  { steps, size }: SequenceSize,
  buffers: Arrays<NeuronForward>,
  spec: NeuronSpec,
  fire: (z: number) => number = heaviside,
): void {
  const unit = unitOf(spec, buffers.parameter?.[0]);
  for (let e = 0; e < size; e++) {
    let v = buffers.initial?.[e] ?? unit.rest;
    for (let t = 0; t < steps; t++) {
      const i = t * size + e;
      const f = scaled(unit, charge(unit, v, buffers.x[i]!));
      const s = fire(f - spec.vThreshold);
      v = reset(unit, f, s);
      buffers.spikes[i] = s;
      if (buffers.charged) buffers.charged[i] = f;
      if (buffers.potential) buffers.potential[i] = v;
    }
    if (buffers.final) buffers.final[e] = v;
  }
}

/**
 * Backpropagation through time. The spikes are taken as the forward pass left them, the potentials computed anew;
 * then from the last step to the first, with gv the gradient of v[t] and g' the surrogate derivative:
 *
 *   1. gf = gv dv/df + (gs + [not detachReset] gv dv/ds) g'(f - vThreshold)
 *   2. gh = gf k 1[k h > 0] (KLIF) | gf
 *   3. gx = gh dh/dx,  gv of the step before = gh dh/dv
 *   4. gk = sum gf h 1[k h > 0] + [scaleReset] gv dv/dk;  gw = r (1 - r) sum gh dh/dr
 */
export function neuronBackward(
  { steps, size }: SequenceSize,
  buffers: Arrays<NeuronBackward>,
  spec: NeuronSpec,
): void {
  const unit = unitOf(spec, buffers.parameter?.[0]);
  let gk = 0;
  let gr = 0;
  for (let e = 0; e < size; e++) {
    const states = replay(unit, steps, size, e, buffers);
    let carried = buffers.gFinal?.[e] ?? 0;
    for (let t = steps - 1; t >= 0; t--) {
      const i = t * size + e;
      const { before, h, f } = states[t]!;
      const gv = carried + (buffers.gPotential?.[i] ?? 0);
      const dReset = resetDerivatives(unit, f, buffers.spikes[i]!);
      const gs = (buffers.gSpikes?.[i] ?? 0) + (spec.detachReset ? 0 : gv * dReset.ds);
      const slope = surrogateDerivative(
        spec.surrogate,
        spec.alpha,
        f - spec.vThreshold,
        buffers.derivative?.[i],
      );
      const gf = gv * dReset.df + gs * slope;
      const dScale = scaledDerivatives(unit, h);
      const gh = gf * dScale.dh;
      const dCharge = chargeDerivatives(unit, before, buffers.x[i]!);
      buffers.gx[i] = gh * dCharge.dx;
      carried = gh * dCharge.dv;
      gk += gf * dScale.dk + gv * dReset.dk;
      gr += gh * dCharge.dr;
    }
    if (buffers.gInitial) buffers.gInitial[e] = carried;
  }
  if (buffers.gParameter) buffers.gParameter[0] = spec.neuron === "PLIF" ? gr * unit.r * (1 - unit.r) : gk;
}

/** The operations of `NeuronBackend`. */
export const neuron: OnArrays<NeuronBackend> = {
  forward: (size, buffers, spec) => neuronForward(size, buffers, spec),
  backward: neuronBackward,
};

function unitOf(spec: NeuronSpec, parameter = NaN): Unit {
  const leaks = { IF: 0, LIF: 1 / spec.tau, PLIF: 1 / (1 + Math.exp(-parameter)), KLIF: 1 / spec.tau };
  const k = spec.neuron === "KLIF" ? parameter : 1;
  return {
    spec,
    r: leaks[spec.neuron],
    rest: spec.vReset ?? 0,
    decayInput: spec.decayInput && spec.neuron !== "IF",
    k,
    divisor: spec.scaleReset ? k : 1,
  };
}

/** `f = relu(k h)` (KLIF) or `f = h`. */
function scaled({ spec, k }: Unit, h: number): number {
  return spec.neuron === "KLIF" ? Math.max(0, k * h) : h;
}

/** Derivatives of `scaled` with respect to h and k; relu'(0) = 0. */
function scaledDerivatives({ spec, k }: Unit, h: number): { readonly dh: number; readonly dk: number } {
  if (spec.neuron !== "KLIF") return { dh: 1, dk: 0 };
  return k * h > 0 ? { dh: k, dk: h } : { dh: 0, dk: 0 };
}

/** `v = f / divisor (1 - s) + vReset s` (hard) or `v = (f - vThreshold s) / divisor` (soft). */
function reset({ spec, divisor }: Unit, f: number, s: number): number {
  if (spec.vReset === null) return (f - spec.vThreshold * s) / divisor;
  return (f / divisor) * (1 - s) + spec.vReset * s;
}

/** Derivatives of `reset` with respect to f, s and, where k is the divisor, k. */
function resetDerivatives(
  { spec, divisor }: Unit,
  f: number,
  s: number,
): { readonly df: number; readonly ds: number; readonly dk: number } {
  const remaining = spec.vReset === null ? f - spec.vThreshold * s : f * (1 - s);
  const dk = spec.scaleReset ? -remaining / divisor ** 2 : 0;
  if (spec.vReset === null) return { df: 1 / divisor, ds: -spec.vThreshold / divisor, dk };
  return { df: (1 - s) / divisor, ds: spec.vReset - f / divisor, dk };
}

/** For each step of element e: the potential before it, the charged one, and that scaled. */
function replay(
  unit: Unit,
  steps: number,
  size: number,
  e: number,
  { x, initial, spikes }: Arrays<NeuronBackward>,
): { readonly before: number; readonly h: number; readonly f: number }[] {
  let v = initial?.[e] ?? unit.rest;
  return Array.from({ length: steps }, (_, t) => {
    const i = t * size + e;
    const before = v;
    const h = charge(unit, before, x[i]!);
    const f = scaled(unit, h);
    v = reset(unit, f, spikes[i]!);
    return { before, h, f };
  });
}
