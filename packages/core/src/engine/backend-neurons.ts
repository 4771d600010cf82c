/** What the backend's neurons compute, and the buffers of their passes. */
import type { Storage } from "./backend.ts";

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

/** State of an adaptive neuron layer: potential and adaptation, `[size]` each. */
export interface AlifState {
  readonly potential: Storage;
  readonly adaptation: Storage;
}

export interface AlifForward {
  readonly x: Storage;
  readonly initial?: AlifState | undefined;
  readonly spikes: Storage;
  /** h[t] - A[t] + vThreshold, what a plain threshold would be compared with, `[steps, size]`. */
  readonly charged?: Storage | undefined;
  readonly potential?: Storage | undefined;
  readonly final?: AlifState | undefined;
}

export interface AlifBackward {
  readonly x: Storage;
  readonly initial?: AlifState | undefined;
  readonly gSpikes?: Storage | undefined;
  readonly gPotential?: Storage | undefined;
  readonly gFinal?: AlifState | undefined;
  readonly derivative?: Storage | undefined;
  readonly gx: Storage;
  readonly gInitial?: AlifState | undefined;
}

/** Non-spiking leaky integrator: `v[t] = keep v[t-1] + gain x[t]`. */
export interface IntegratorSpec {
  readonly keep: number;
  readonly gain: number;
}
