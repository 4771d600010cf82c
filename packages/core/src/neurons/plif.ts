import { checkBoolean, checkNumber, checkOptions } from "../checks.ts";
import type { Tensor } from "../engine/index.ts";
import type { Model } from "../equations/index.ts";
import { constantParameter } from "../nn/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import { IntegrateAndFire } from "./integrate-and-fire.ts";
import { builtIn, charge, type MembraneOptions, resetParameters, resetting, restOf } from "./membrane.ts";
import { SPIKING_OPTIONS, type SpikingOptions } from "./spiking-neuron.ts";

const DEFAULTS = NEURON_DEFAULTS.PLIF;

/** Options of `PLIF`. */
export interface PLIFOptions extends SpikingOptions {
  /** Membrane time constant in time steps at the start, > 1; default 2. */
  readonly initTau?: number;
  /** Whether the leak divides the input too; default true. */
  readonly decayInput?: boolean;
}

/**
 * Parametric LIF neurons: one learnable time constant per layer. With r = sigmoid(w), u = vReset or 0:
 *
 *   1. h[t] = v[t-1] + (x[t] - (v[t-1] - u)) r            charge (decayInput)
 *      h[t] = v[t-1] - (v[t-1] - u) r + x[t]              charge (otherwise)
 *   2. s[t] = 1 if h[t] >= vThreshold else 0              fire
 *   3. v[t] = h[t] (1 - s[t]) + vReset s[t]               hard reset
 *      v[t] = h[t] - vThreshold s[t]                      soft reset (vReset = null)
 *
 * `w` is a parameter of shape []; 1 / tau = sigmoid(w), and w starts at -ln(initTau - 1).
 * Backward: ds/dh is the surrogate at h - vThreshold; `detachReset` cuts the spike out of 3.
 *
 * @param x input current, f32 [T, B, ...], dimensionless
 * @returns spikes, f32 [T, B, ...], exactly 0 or 1
 * @throws ShapeError if `x` has no time axis
 * @source Fang et al., "Incorporating Learnable Membrane Time Constant to Enhance Learning of Spiking
 * Neural Networks", ICCV 2021; order of update as in SpikingJelly `ParametricLIFNode`
 * @example const layer = new PLIF({ initTau: 2, detachReset: true });
 */
export class PLIF extends IntegrateAndFire {
  readonly w: Tensor;
  readonly decayInput: boolean;

  constructor(options: PLIFOptions = {}) {
    super(checkOptions("PLIF", options, { ...SPIKING_OPTIONS, initTau: true, decayInput: true }));
    const { initTau: given = DEFAULTS.tau, decayInput = DEFAULTS.decayInput } = options;
    const initTau = checkNumber("PLIF.initTau", given, { above: 1 }, "tau counts time steps.");
    this.decayInput = checkBoolean("PLIF.decayInput", decayInput);
    this.w = constantParameter([], -Math.log(initTau - 1));
  }

  protected equations(): Model {
    return plifModel(this);
  }
}

/** The equations of `PLIF`, for its options. */
export function plifModel(options: MembraneOptions): Model {
  const { vReset } = options;
  const r = resetting(options);
  return builtIn({
    name: "PLIF",
    state: { v: restOf(options) },
    parameters: ["w", ...resetParameters(options)],
    equations: `
      h = ${charge(options, "* sigmoid(w)")}
      s = spike(h - vThreshold)
      v = ${vReset === null ? `h - vThreshold * ${r}` : `h * (1 - ${r}) + vReset * ${r}`}
    `,
  });
}
