import { checkBoolean, checkOptions } from "../checks.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import type { Model } from "../equations/index.ts";
import { IntegrateAndFire, LEAKY_OPTIONS, type LeakyOptions, TAU_RULE } from "./integrate-and-fire.ts";
import type { ParameterValue } from "./layer-parameters.ts";
import { builtIn, charge, type MembraneOptions, resetParameters, resetting, restOf } from "./membrane.ts";

const DEFAULTS = NEURON_DEFAULTS.LIF;

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
  declare readonly tau: ParameterValue;
  readonly decayInput: boolean;

  constructor(options: LeakyOptions = {}) {
    super(checkOptions("LIF", options, LEAKY_OPTIONS));
    this.beginParameter("tau", DEFAULTS.tau, options.tau, TAU_RULE);
    this.decayInput = checkBoolean("LIF.decayInput", options.decayInput ?? DEFAULTS.decayInput);
  }

  protected equations(): Model {
    return lifModel(this);
  }
}

/** The equations of `LIF`, for its options. */
export function lifModel(options: MembraneOptions): Model {
  const { vReset } = options;
  const r = resetting(options);
  return builtIn({
    name: "LIF",
    state: { v: restOf(options) },
    parameters: ["tau", ...resetParameters(options)],
    equations: `
      h = ${charge(options, "/ tau")}
      s = spike(h - vThreshold)
      v = ${vReset === null ? `h - vThreshold * ${r}` : `h * (1 - ${r}) + vReset * ${r}`}
    `,
  });
}
