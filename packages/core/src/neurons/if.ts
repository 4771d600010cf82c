import { checkOptions } from "../checks.ts";
import type { Model } from "../equations/index.ts";
import { IntegrateAndFire } from "./integrate-and-fire.ts";
import { builtIn, resetParameters, type ResetOptions, resetting, restOf } from "./membrane.ts";
import { SPIKING_OPTIONS, type SpikingOptions } from "./spiking-neuron.ts";

/**
 * Integrate-and-fire neurons: no leak.
 *
 *   1. h[t] = v[t-1] + x[t]                        charge
 *   2. s[t] = 1 if h[t] >= vThreshold else 0       fire
 *   3. v[t] = h[t] (1 - s[t]) + vReset s[t]        hard reset
 *      v[t] = h[t] - vThreshold s[t]               soft reset (vReset = null)
 *
 * Backward: ds/dh is the surrogate at h - vThreshold; `detachReset` cuts the spike out of 3.
 *
 * @param x input current, f32 [T, B, ...], dimensionless
 * @returns spikes, f32 [T, B, ...], exactly 0 or 1
 * @throws ShapeError if `x` has no time axis
 * @source order of update as in SpikingJelly `IFNode`
 * @example const layer = new IF({ surrogate: atan({ alpha: 2 }) });
 */
export class IF extends IntegrateAndFire {
  constructor(options: SpikingOptions = {}) {
    super(checkOptions("IF", options, SPIKING_OPTIONS));
  }

  protected equations(): Model {
    return ifModel(this);
  }
}

/** The equations of `IF`, for its options. */
export function ifModel(options: ResetOptions): Model {
  const { vReset } = options;
  const r = resetting(options);
  return builtIn({
    name: "IF",
    state: { v: restOf(options) },
    parameters: resetParameters(options),
    equations: `
      h = v + x
      s = spike(h - vThreshold)
      v = ${vReset === null ? `h - vThreshold * ${r}` : `h * (1 - ${r}) + vReset * ${r}`}
    `,
  });
}
