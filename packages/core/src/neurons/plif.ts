import { checkBoolean, checkOptions, refuse } from "../checks.ts";
import { Tensor } from "../engine/index.ts";
import type { Model } from "../equations/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import { IntegrateAndFire } from "./integrate-and-fire.ts";
import type { ParameterOption } from "./layer-parameters.ts";
import { checkEachValue, isLearnable, isRange, learnable } from "./learnable.ts";
import { builtIn, charge, type MembraneOptions, resetParameters, resetting, restOf } from "./membrane.ts";
import { SPIKING_OPTIONS, type SpikingOptions } from "./spiking-neuron.ts";

const DEFAULTS = NEURON_DEFAULTS.PLIF;

/** Options of `PLIF`. */
export interface PLIFOptions extends SpikingOptions {
  /** Membrane time constant in time steps at the start, > 1; default 2. It learns, one per layer unless `learnable(2, { per })` says otherwise. */
  readonly initTau?: ParameterOption;
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
 * `w` is a parameter of shape [] unless it is given per channel or neuron; 1 / tau = sigmoid(w), and w starts at -ln(initTau - 1).
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
  declare readonly w: Tensor;
  readonly decayInput: boolean;

  constructor(options: PLIFOptions = {}) {
    super(checkOptions("PLIF", options, { ...SPIKING_OPTIONS, initTau: true, decayInput: true }));
    const { initTau = DEFAULTS.tau, decayInput = DEFAULTS.decayInput } = options;
    this.decayInput = checkBoolean("PLIF.decayInput", decayInput);
    this.beginParameter("w", learnable(0), weightOf(initTau));
  }

  protected equations(): Model {
    return plifModel(this);
  }
}

/** The w that stands for time constants. */
function weightOf(initTau: ParameterOption): ParameterOption {
  if (initTau instanceof Tensor) {
    refuse("PLIF.initTau", "numbers", initTau, "The tensor that learns is w, made of them.");
  }
  const { value, per } = isLearnable(initTau) ? initTau : { value: initTau, per: undefined };
  if (isRange(value)) refuse("PLIF.initTau", "numbers", value, "Draw them yourself.");
  checkEachValue("PLIF.initTau", value, { above: 1 }, "tau counts time steps.");
  const weight = (tau: number): number => -Math.log(tau - 1);
  const weights = typeof value === "number" ? weight(value) : Array.from(value, weight);
  return per === undefined ? weights : learnable(weights, { per });
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
