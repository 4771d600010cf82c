import { checkBoolean, checkOptions } from "../checks.ts";
import type { Tensor } from "../engine/index.ts";
import type { Model } from "../equations/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import type { Monitors } from "./equation-runner.ts";
import { IntegrateAndFire, LEAKY_OPTIONS, type LeakyOptions, TAU_RULE } from "./integrate-and-fire.ts";
import type { ParameterOption, ParameterValue } from "./layer-parameters.ts";
import { learnable } from "./learnable.ts";
import { builtIn, charge, type MembraneOptions, resetParameters, resetting, restOf } from "./membrane.ts";

const DEFAULTS = NEURON_DEFAULTS.KLIF;

/** Options of `KLIF`. */
export interface KLIFOptions extends LeakyOptions {
  /** The scale at the start, > 0; default 1. It learns, one per layer unless `learnable(1, { per })` says otherwise. */
  readonly k?: ParameterOption;
  /** Divides the potential by k again when it is carried on; default false, as in the paper. */
  readonly scaleReset?: boolean;
}

/**
 * KLIF neurons: a learnable scale k per layer tunes the slope and width of the surrogate and the
 * potential. With u = vReset, or 0 for a soft reset:
 *
 *   1. h[t] = v[t-1] + (x[t] - (v[t-1] - u)) / tau        charge (decayInput)
 *      h[t] = v[t-1] - (v[t-1] - u) / tau + x[t]          charge (otherwise)
 *   2. f[t] = relu(k h[t])                                scale
 *   3. s[t] = 1 if f[t] >= vThreshold else 0              fire
 *   4. v[t] = f[t] (1 - s[t]) + vReset s[t]               hard reset
 *      v[t] = f[t] - vThreshold s[t]                      soft reset (vReset = null)
 *      with scaleReset: f[t]/k (1 - s[t]) + vReset s[t]  |  (f[t] - vThreshold s[t]) / k
 *
 * `k` is a parameter of shape [] unless it is given per channel or neuron, shared by all steps, unconstrained; for k <= 0 a layer
 * with positive drive falls silent. Backward: ds/df is the surrogate at f - vThreshold, relu'(0) = 0;
 * `detachReset` cuts the spike out of 4.
 *
 * @param x input current, f32 [T, B, ...], dimensionless
 * @returns spikes, f32 [T, B, ...], exactly 0 or 1
 * @throws ShapeError if `x` has no time axis
 * @source Jiang & Zhang, "KLIF: An optimized spiking neuron unit for tuning surrogate gradient slope and
 * membrane potential", arXiv 2302.09238; `scaleReset` as in SpikingJelly `KLIFNode`
 * @example const layer = new KLIF({ tau: 2, surrogate: atan({ alpha: 2 }), detachReset: true });
 */
export class KLIF extends IntegrateAndFire {
  declare readonly tau: ParameterValue;
  readonly decayInput: boolean;
  readonly scaleReset: boolean;
  declare readonly k: Tensor;

  constructor(options: KLIFOptions = {}) {
    super(checkOptions("KLIF", options, { ...LEAKY_OPTIONS, k: true, scaleReset: true }));
    const { decayInput = DEFAULTS.decayInput, scaleReset = DEFAULTS.scaleReset } = options;
    this.beginParameter("tau", DEFAULTS.tau, options.tau, TAU_RULE);
    this.decayInput = checkBoolean("KLIF.decayInput", decayInput);
    this.scaleReset = checkBoolean("KLIF.scaleReset", scaleReset);
    this.beginParameter("k", learnable(DEFAULTS.k), options.k, { bounds: { above: 0 } });
  }

  protected equations(): Model {
    return klifModel(this);
  }

  protected override get monitors(): Monitors {
    return { potential: "v", charged: "f" };
  }
}

/** The equations of `KLIF`, for its options. */
export function klifModel(options: MembraneOptions & Pick<KLIF, "scaleReset">): Model {
  const { scaleReset, vReset } = options;
  const r = resetting(options);
  const soft = scaleReset ? `(f - vThreshold * ${r}) / k` : `f - vThreshold * ${r}`;
  const hard = `${scaleReset ? "f / k" : "f"} * (1 - ${r}) + vReset * ${r}`;
  return builtIn({
    name: "KLIF",
    state: { v: restOf(options) },
    parameters: ["tau", "k", ...resetParameters(options)],
    equations: `
      h = ${charge(options, "/ tau")}
      f = relu(k * h)
      s = spike(f - vThreshold)
      v = ${vReset === null ? soft : hard}
    `,
  });
}
