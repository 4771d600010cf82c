import { checkBoolean, checkOptions } from "../checks.ts";
import { onlyStep, singleStep, type Tensor } from "../engine/index.ts";
import type { Model } from "../equations/index.ts";
import { Module } from "../nn/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import { type DescribedNeuron, describeModel, type NeuronDescription } from "./description.ts";
import { EquationRunner } from "./equation-runner.ts";
import { TAU_RULE } from "./integrate-and-fire.ts";
import { LayerParameters, type ParameterOption, type ParameterValue } from "./layer-parameters.ts";
import { builtIn, charge } from "./membrane.ts";

const DEFAULTS = NEURON_DEFAULTS.LeakyIntegrator;

/** Options of `LeakyIntegrator`. */
export interface LeakyIntegratorOptions {
  /** Membrane time constant in time steps, >= 1; default 2. */
  readonly tau?: ParameterOption;
  /** Whether the leak divides the input too, by `tau`; default true. */
  readonly decayInput?: boolean;
  /** The shape of one sample, as of spiking neurons. */
  readonly features?: number | readonly number[] | undefined;
}

/** Potentials, and the state to pass to the next call. */
export interface IntegratorResult {
  readonly potential: Tensor;
  readonly state: Tensor;
}

/**
 * Non-spiking leaky integrators, a readout that sees the membrane.
 *
 *   v[t] = v[t-1] + (x[t] - v[t-1]) / tau       (decayInput)
 *   v[t] = v[t-1] - v[t-1] / tau + x[t]         (otherwise)
 *
 * The state is v, f32 [B, ...]; nothing is kept between calls.
 *
 * @param x input current, f32 [T, B, ...], dimensionless
 * @returns potential v, f32 [T, B, ...]
 * @throws ShapeError if `x` has no time axis
 * @source SpikingJelly `LIFNode` with an infinite threshold
 * @example const readout = new LeakyIntegrator({ tau: 20 });
 */
export class LeakyIntegrator extends Module implements DescribedNeuron {
  declare readonly tau: ParameterValue;
  readonly decayInput: boolean;
  readonly #parameters: LayerParameters;
  #runner: EquationRunner | undefined;

  constructor(options: LeakyIntegratorOptions = {}) {
    super();
    checkOptions("LeakyIntegrator", options, { tau: true, decayInput: true, features: true });
    this.#parameters = new LayerParameters("LeakyIntegrator", this, options.features);
    this.#parameters.begin("tau", DEFAULTS.tau, options.tau ?? DEFAULTS.tau, TAU_RULE);
    this.decayInput = checkBoolean("LeakyIntegrator.decayInput", options.decayInput ?? DEFAULTS.decayInput);
  }

  /** The neuron by its equations. */
  get description(): NeuronDescription {
    return describeModel(integratorModel(this));
  }

  forward(x: Tensor): Tensor {
    return this.run(x).potential;
  }

  /** A sequence [T, B, N] that starts from a given state (at rest when absent). */
  run(x: Tensor, state?: Tensor): IntegratorResult {
    const runner = (this.#runner ??= this.#prepare());
    this.#parameters.complete(x);
    const tau = this.#parameters.placed("tau", this.tau, x);
    const { outputs, final } = runner.run([x], [tau], [state], {}, this.label);
    return { potential: outputs[0]!, state: final[0]! };
  }

  /** One time step [B, ...], for streaming. */
  step(x: Tensor, state?: Tensor): IntegratorResult {
    return this.scoped(() => {
      const result = this.run(singleStep(x), state);
      return { potential: onlyStep(result.potential), state: result.state };
    });
  }

  #prepare(): EquationRunner {
    return new EquationRunner(integratorModel(this), undefined);
  }
}

/** The equations of `LeakyIntegrator`, for its options. */
export function integratorModel({ decayInput }: Pick<LeakyIntegrator, "decayInput">): Model {
  return builtIn({
    name: "LeakyIntegrator",
    state: { v: 0 },
    parameters: ["tau"],
    equations: `v = ${charge({ decayInput, vReset: null }, "/ tau")}`,
    outputs: ["v"],
  });
}
