import { checkBoolean, checkNumber, checkOptions } from "../checks.ts";
import { onlyStep, singleStep, type Tensor } from "../engine/index.ts";
import type { Model } from "../equations/index.ts";
import { Module } from "../nn/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";
import { type DescribedNeuron, describeModel, type NeuronDescription } from "./description.ts";
import { EquationRunner } from "./equation-runner.ts";
import { builtIn, charge } from "./membrane.ts";

const DEFAULTS = NEURON_DEFAULTS.LeakyIntegrator;

/** Options of `LeakyIntegrator`. */
export interface LeakyIntegratorOptions {
  /** Membrane time constant in time steps, >= 1; default 2. */
  readonly tau?: number;
  /** Whether the leak divides the input too, by `tau`; default true. */
  readonly decayInput?: boolean;
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
  readonly tau: number;
  readonly decayInput: boolean;
  #runner: EquationRunner | undefined;

  constructor(options: LeakyIntegratorOptions = {}) {
    super();
    checkOptions("LeakyIntegrator", options, { tau: true, decayInput: true });
    this.tau = checkNumber(
      "LeakyIntegrator.tau",
      options.tau ?? DEFAULTS.tau,
      { min: 1 },
      "tau counts time steps.",
    );
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
    const { outputs, final } = runner.run(
      [x],
      [{ place: "layer", values: this.tau }],
      [state],
      {},
      this.label,
    );
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
