import { checkBoolean, checkNumber, checkOptions } from "../checks.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import { IntegrateAndFire, LEAKY_OPTIONS, type LeakyOptions } from "./integrate-and-fire.ts";

/**
 * Leaky integrate-and-fire neurons. With u = vReset, or 0 for a soft reset:
 *
 *   1. h[t] = v[t-1] + (x[t] - (v[t-1] - u)) / tau        charge (decayInput)
 *      h[t] = v[t-1] - (v[t-1] - u) / tau + x[t]          charge (otherwise)
 *   2. s[t] = 1 if h[t] >= vThreshold else 0              fire
 *   3. v[t] = h[t] (1 - s[t]) + vReset s[t]               hard reset
 *      v[t] = h[t] - vThreshold s[t]                      soft reset (vReset = null)
 *
 * Backward: ds/dh is the surrogate at h - vThreshold; `detachReset` cuts the spike out of 3.
 *
 * @param x input current, f32 [T, B, ...], dimensionless
 * @returns spikes, f32 [T, B, ...], exactly 0 or 1
 * @throws ShapeError if `x` has no time axis
 * @source order of update as in SpikingJelly `LIFNode`
 * @example const layer = new LIF({ tau: 2, surrogate: atan({ alpha: 2 }), detachReset: true });
 */
export class LIF extends IntegrateAndFire {
  readonly tau: number;
  readonly decayInput: boolean;

  constructor(options: LeakyOptions = {}) {
    checkOptions("LIF", options, LEAKY_OPTIONS);
    const tau = checkNumber(
      "LIF.tau",
      options.tau ?? NEURON_DEFAULTS.LIF.tau,
      { min: 1 },
      "tau counts time steps.",
    );
    const decayInput = checkBoolean("LIF.decayInput", options.decayInput ?? NEURON_DEFAULTS.LIF.decayInput);
    super({ neuron: "LIF", tau, decayInput, scaleReset: false }, options);
    this.tau = tau;
    this.decayInput = decayInput;
  }

  protected learnable(): undefined {
    return undefined;
  }
}
