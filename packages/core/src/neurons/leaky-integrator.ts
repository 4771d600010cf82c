import { checkBoolean, checkNumber, checkOptions } from "../checks.ts";
import { lastStep, leakyIntegrator, onlyStep, singleStep, type Tensor } from "../engine/index.ts";
import { Module } from "../nn/index.ts";
import { NEURON_DEFAULTS } from "./defaults.ts";

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
export class LeakyIntegrator extends Module {
  readonly tau: number;
  readonly decayInput: boolean;

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

  forward(x: Tensor): Tensor {
    return this.#integrate(x, undefined);
  }

  /** A sequence [T, B, N] that starts from a given state (at rest when absent). */
  run(x: Tensor, state?: Tensor): IntegratorResult {
    const potential = this.#integrate(x, state);
    return { potential, state: lastStep(potential) };
  }

  /** One time step [B, ...], for streaming. */
  step(x: Tensor, state?: Tensor): IntegratorResult {
    const potential = onlyStep(this.#integrate(singleStep(x, this.label), state), this.label);
    return { potential, state: potential };
  }

  #integrate(x: Tensor, initial: Tensor | undefined): Tensor {
    const rate = 1 / this.tau;
    const options = { keep: 1 - rate, gain: this.decayInput ? rate : 1, initial };
    return leakyIntegrator(x, options, this.label);
  }
}
