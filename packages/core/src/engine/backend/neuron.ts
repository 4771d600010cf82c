import type { LengthsOf } from "./lengths.ts";
import { one, output } from "./lengths.ts";
import { sequenceLength, type SequenceSize, stepLength } from "./sizes.ts";
import type { Storage } from "./storage.ts";

/**
 * Names of the built-in surrogate derivatives g'(z), z = potential - threshold, slope `alpha`:
 *
 *   atan                (a/2) / (1 + (pi/2 a z)^2)
 *   sigmoid             a s(az) (1 - s(az))
 *   piecewiseQuadratic  max(0, a - a^2 |z|)
 *   triangle            max(0, 1 - |a z|): height 1, reaching 1 / a to either side; that of the LSNN paper but for its factor gamma
 *   rectangle           a 1[|z| < 0.5 / a]
 *   fastSigmoid         1 / (1 + a |z|)^2
 *   custom              read from a table of derivatives that the caller has filled in
 */
export type SurrogateKind =
  "atan" | "sigmoid" | "piecewiseQuadratic" | "triangle" | "rectangle" | "fastSigmoid" | "custom";

/**
 * One spiking neuron layer of the integrate-and-fire family, for every step t:
 *
 *   r    = 1/tau (LIF, KLIF) | sigmoid(w) (PLIF) | none (IF);  u = vReset, or 0 for a soft reset
 *   h[t] = v[t-1] + x[t]                                (IF)
 *   h[t] = v[t-1] + (x[t] - (v[t-1] - u)) r             (decayInput)
 *   h[t] = v[t-1] - (v[t-1] - u) r + x[t]               (otherwise)
 *   f[t] = relu(k h[t]) (KLIF) | h[t]
 *   s[t] = 1 if f[t] >= vThreshold else 0
 *   v[t] = f[t] (1 - s[t]) + vReset s[t]                (hard reset)
 *   v[t] = f[t] - vThreshold s[t]                       (soft reset, vReset = null)
 *   scaleReset (KLIF): hard  v[t] = f[t]/k (1 - s[t]) + vReset s[t];  soft  v[t] = (f[t] - vThreshold s[t]) / k
 */
export interface NeuronSpec {
  readonly neuron: "IF" | "LIF" | "PLIF" | "KLIF";
  readonly tau: number;
  readonly decayInput: boolean;
  readonly vThreshold: number;
  readonly vReset: number | null;
  readonly detachReset: boolean;
  readonly scaleReset: boolean;
  readonly surrogate: SurrogateKind;
  readonly alpha: number;
}

/** Buffers of the forward pass; the optional ones are written only when given. */
export interface NeuronForward {
  readonly x: Storage;
  /** PLIF: w; KLIF: k; one number. */
  readonly parameter?: Storage | undefined;
  /** Potential before the first step, `[size]`; at rest (vReset, or 0 with a soft reset) when absent. */
  readonly initial?: Storage | undefined;
  readonly spikes: Storage;
  /** f[t], the potential that is compared with the threshold, `[steps, size]`. */
  readonly charged?: Storage | undefined;
  /** v[t], the potential after reset, `[steps, size]`. */
  readonly potential?: Storage | undefined;
  /** v[T], `[size]`. */
  readonly final?: Storage | undefined;
}

/** Buffers of the backward pass; absent incoming gradients are zero, absent outgoing ones are not wanted. */
export interface NeuronBackward {
  readonly x: Storage;
  /** f[t] as the forward pass wrote it; `gx` may be the same storage. Recomputed from `x` when absent. */
  readonly charged?: Storage | undefined;
  readonly parameter?: Storage | undefined;
  readonly initial?: Storage | undefined;
  readonly gSpikes?: Storage | undefined;
  readonly gPotential?: Storage | undefined;
  readonly gFinal?: Storage | undefined;
  /** g'(f[t] - vThreshold) for surrogate "custom", `[steps, size]`. */
  readonly derivative?: Storage | undefined;
  /** The forward spikes, whose known events a backend may reuse. */
  readonly spikes: Storage;
  readonly gx: Storage;
  readonly gParameter?: Storage | undefined;
  readonly gInitial?: Storage | undefined;
}

/** The integrate-and-fire family, all time steps at once. */
export interface NeuronBackend {
  forward(size: SequenceSize, buffers: NeuronForward, spec: NeuronSpec): void;
  backward(size: SequenceSize, buffers: NeuronBackward, spec: NeuronSpec): void;
}

const [whole, step] = [sequenceLength, stepLength];

/** Lengths of the buffers of `NeuronBackend`. */
export const NEURON_LENGTHS: LengthsOf<NeuronBackend> = {
  forward: {
    ...{ x: whole, parameter: one, initial: step, spikes: output(whole), charged: output(whole) },
    ...{ potential: output(whole), final: output(step) },
  },
  backward: {
    ...{ x: whole, charged: whole, parameter: one, initial: step, gSpikes: whole, gPotential: whole },
    ...{ gFinal: step, derivative: whole, spikes: whole, gx: output(whole) },
    ...{ gParameter: output(one), gInitial: output(step) },
  },
};
