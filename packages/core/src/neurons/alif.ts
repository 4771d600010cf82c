import { checkBoolean, checkOptions } from "../checks.ts";
import { checkTensor, type Tensor } from "../engine/index.ts";
import type { Model } from "../equations/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import { type DescribedNeuron, describeModel, type NeuronDescription } from "./description.ts";
import { EquationRunner } from "./equation-runner.ts";
import { surrogateFor } from "./equation-surrogate.ts";
import type { ParameterOption, ParameterValue } from "./layer-parameters.ts";
import { LEAKY_OPTIONS, type LeakyOptions, TAU_RULE } from "./integrate-and-fire.ts";
import { builtIn, charge, type MembraneOptions, resetParameters, resetting, restOf } from "./membrane.ts";
import { SpikingNeuron, type SpikingResult } from "./spiking-neuron.ts";

const DEFAULTS = NEURON_DEFAULTS.ALIF;

/** State of adaptive neurons, f32 [B, ...] each. */
export interface AlifTensors {
  readonly potential: Tensor;
  readonly adaptation: Tensor;
}

/** Options of `ALIF`. */
export interface ALIFOptions extends LeakyOptions {
  /** Time constant of the adaptation in time steps, > 0; default 200. */
  readonly tauAdaptation?: ParameterOption;
  /** How far full adaptation raises the threshold, >= 0; default 1.8. */
  readonly beta?: ParameterOption;
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
 * NeurIPS 2018; the reset follows the charge within the step, as for the other neurons here
 * @example const layer = new ALIF({ tau: 20, tauAdaptation: 200, beta: 1.8 });
 */
export class ALIF extends SpikingNeuron<AlifTensors> implements DescribedNeuron {
  declare readonly tau: ParameterValue;
  readonly decayInput: boolean;
  declare readonly tauAdaptation: ParameterValue;
  declare readonly beta: ParameterValue;
  #runner: EquationRunner | undefined;
  #names: readonly string[] = [];

  constructor(options: ALIFOptions = {}) {
    super(checkOptions("ALIF", options, { ...LEAKY_OPTIONS, tauAdaptation: true, beta: true }));
    this.beginParameter("tau", DEFAULTS.tau, options.tau, TAU_RULE);
    this.decayInput = checkBoolean("ALIF.decayInput", options.decayInput ?? DEFAULTS.decayInput);
    const { tauAdaptation, beta } = options;
    this.beginParameter("tauAdaptation", DEFAULTS.tauAdaptation, tauAdaptation, { bounds: { above: 0 } });
    this.beginParameter("beta", DEFAULTS.beta, beta, { bounds: { min: 0 } });
  }

  /** The neuron by its equations. */
  get description(): NeuronDescription {
    return describeModel(alifModel(this));
  }

  run(x: Tensor, state?: AlifTensors): SpikingResult<AlifTensors> {
    const runner = (this.#runner ??= this.#prepare());
    const parameters = this.placedParameters(this.#names, x);
    if (state !== undefined) {
      const known = { potential: true, adaptation: true } as const;
      checkOptions(`${this.label}.state`, state, known, "{ potential, adaptation }");
      checkTensor(`${this.label}.state.potential`, state.potential);
      checkTensor(`${this.label}.state.adaptation`, state.adaptation);
    }
    const initial = [state?.potential, state?.adaptation];
    const result = runner.run([x], parameters, initial, this.record, this.label);
    const [potential, adaptation] = result.final as [Tensor, Tensor];
    const spikes = result.outputs[0]!;
    this.remember({ spikes, final: potential, potential: result.potential, charged: result.charged });
    return { spikes, state: { potential, adaptation } };
  }

  #prepare(): EquationRunner {
    const model = alifModel(this);
    this.#names = model.parameters;
    const slope = surrogateFor(`${this.label}.surrogate`, this.surrogate);
    return new EquationRunner(model, slope, { potential: "v", charged: "charged" });
  }
}

/** The equations of `ALIF`, for its options; `charged` is what a plain threshold would be compared with. */
export function alifModel(options: MembraneOptions): Model {
  const r = resetting(options);
  return builtIn({
    name: "ALIF",
    state: { v: restOf(options), a: 0 },
    parameters: ["tau", "tauAdaptation", "beta", ...resetParameters(options)],
    equations: `
      h = ${charge(options, "/ tau")}
      A = vThreshold + beta * a
      s = spike(h - A)
      charged = h - A + vThreshold
      v = ${options.vReset === null ? `h - A * ${r}` : `h * (1 - ${r}) + vReset * ${r}`}
      rho = exp(-1 / tauAdaptation)
      a = rho * a + (1 - rho) * s
    `,
  });
}
