import { type Buffers, type LengthsOf, output } from "./lengths.ts";
import type { SurrogateKind } from "./neuron.ts";
import { sequenceLength, type SequenceSize, stepLength } from "./sizes.ts";

/**
 * Adaptive LIF (Bellec et al., NeurIPS 2018, eq. 1-3), for every step t:
 *
 *   h[t] = v[t-1] + (x[t] - (v[t-1] - u)) / tau   (decayInput; otherwise as LIF)
 *   A[t] = vThreshold + beta a[t-1]
 *   s[t] = 1 if h[t] >= A[t] else 0
 *   v[t] = h[t] (1 - s[t]) + vReset s[t]  |  h[t] - A[t] s[t]      (hard | soft)
 *   a[t] = rho a[t-1] + (1 - rho) s[t],  rho = exp(-1 / tauAdaptation)
 */
export interface AlifSpec {
  readonly tau: number;
  readonly tauAdaptation: number;
  readonly beta: number;
  readonly decayInput: boolean;
  readonly vThreshold: number;
  readonly vReset: number | null;
  readonly detachReset: boolean;
  readonly surrogate: SurrogateKind;
  readonly alpha: number;
}

/**
 * Buffers of the forward pass. A state is a potential and an adaptation, `[size]` each; `initial` is at rest and not
 * adapted when absent. `charged` is h[t] - A[t] + vThreshold, what a plain threshold would be compared with.
 */
export type AlifForward = Buffers<
  "x" | "spikes",
  | ("charged" | "potential" | "initialPotential" | "initialAdaptation")
  | ("finalPotential" | "finalAdaptation")
>;

/** Buffers of the backward pass; absent incoming gradients are zero, absent outgoing ones are not wanted. */
export type AlifBackward = Buffers<
  "x" | "gx",
  | ("initialPotential" | "initialAdaptation" | "gSpikes" | "gPotential" | "gFinalPotential")
  | ("gFinalAdaptation" | "derivative" | "gInitialPotential" | "gInitialAdaptation")
>;

/** Adaptive LIF neurons, all time steps at once; outputs are storages of their own. */
export interface AlifBackend {
  forward(size: SequenceSize, buffers: AlifForward, spec: AlifSpec): void;
  backward(size: SequenceSize, buffers: AlifBackward, spec: AlifSpec): void;
}

const [whole, step] = [sequenceLength, stepLength];
const initial = { initialPotential: step, initialAdaptation: step };

/** Lengths of the buffers of `AlifBackend`. */
export const ALIF_LENGTHS: LengthsOf<AlifBackend> = {
  forward: {
    ...{ x: whole, spikes: output(whole), charged: output(whole), potential: output(whole), ...initial },
    ...{ finalPotential: output(step), finalAdaptation: output(step) },
  },
  backward: {
    ...{ x: whole, gSpikes: whole, gPotential: whole, derivative: whole, gx: output(whole), ...initial },
    ...{ gFinalPotential: step, gFinalAdaptation: step },
    ...{ gInitialPotential: output(step), gInitialAdaptation: output(step) },
  },
};
