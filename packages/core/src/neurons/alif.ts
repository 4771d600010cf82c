import { checkBoolean, checkNumber, checkOptions } from "../checks.ts";
import { alif, type AlifSpec, type AlifTensors, type Tensor } from "../engine/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import { LEAKY_OPTIONS, type LeakyOptions } from "./integrate-and-fire.ts";
import { SpikingNeuron, type SpikingResult } from "./spiking-neuron.ts";

const DEFAULTS = NEURON_DEFAULTS.ALIF;

/** Options of `ALIF`. */
export interface ALIFOptions extends LeakyOptions {
  /** Time constant of the adaptation in time steps, > 0; default 200. */
  readonly tauAdaptation?: number;
  /** How far full adaptation raises the threshold, >= 0; default 1.8. */
  readonly beta?: number;
}

/**
 * Adaptive LIF neurons: every spike raises the threshold for a while. With u = vReset, or 0 for a soft reset:
 *
 *   1. h[t] = v[t-1] + (x[t] - (v[t-1] - u)) / tau        charge (decayInput)
 *      h[t] = v[t-1] - (v[t-1] - u) / tau + x[t]          charge (otherwise)
 *   2. A[t] = vThreshold + beta a[t-1]                    threshold
 *   3. s[t] = 1 if h[t] >= A[t] else 0                    fire
 *   4. v[t] = h[t] (1 - s[t]) + vReset s[t]               hard reset
 *      v[t] = h[t] - A[t] s[t]                            soft reset (vReset = null)
 *   5. a[t] = rho a[t-1] + (1 - rho) s[t]                 adapt, rho = exp(-1 / tauAdaptation)
 *
 * The state is { potential, adaptation }, f32 [B, ...] each. Backward: ds/dh is the surrogate at
 * h - A; `detachReset` cuts the spike out of 4, the adaptation keeps its gradient.
 *
 * @param x input current, f32 [T, B, ...], dimensionless
 * @returns spikes, f32 [T, B, ...], exactly 0 or 1
 * @throws ShapeError if `x` has no time axis
 * @source Bellec et al., "Long short-term memory and learning-to-learn in networks of spiking neurons",
 * NeurIPS 2018, eq. 1-3; the reset follows the charge within the step, as for the other neurons here
 * @example const layer = new ALIF({ tau: 20, tauAdaptation: 200, beta: 1.8 });
 */
export class ALIF extends SpikingNeuron<AlifTensors> {
  readonly tau: number;
  readonly decayInput: boolean;
  readonly tauAdaptation: number;
  readonly beta: number;

  constructor(options: ALIFOptions = {}) {
    super(checkOptions("ALIF", options, { ...LEAKY_OPTIONS, tauAdaptation: true, beta: true }));
    this.tau = checkNumber("ALIF.tau", options.tau ?? DEFAULTS.tau, { min: 1 }, "tau counts time steps.");
    this.decayInput = checkBoolean("ALIF.decayInput", options.decayInput ?? DEFAULTS.decayInput);
    this.tauAdaptation = checkNumber("ALIF.tauAdaptation", options.tauAdaptation ?? DEFAULTS.tauAdaptation, {
      above: 0,
    });
    this.beta = checkNumber("ALIF.beta", options.beta ?? DEFAULTS.beta, { min: 0 });
  }

  run(x: Tensor, state?: AlifTensors): SpikingResult<AlifTensors> {
    const { derivative: customDerivative, name: surrogateName } = this.surrogate;
    const options = {
      ...this.#spec(),
      ...{ initial: state, customDerivative, surrogateName, record: this.record },
    };
    const { final, ...traces } = alif(x, options, this.label);
    this.remember({ ...traces, final: final.potential });
    return { spikes: traces.spikes, state: final };
  }

  #spec(): AlifSpec {
    const { tau, tauAdaptation, beta, decayInput, vThreshold, vReset, detachReset } = this;
    const { kind: surrogate, alpha } = this.surrogate;
    return { tau, tauAdaptation, beta, decayInput, vThreshold, vReset, detachReset, surrogate, alpha };
  }
}
