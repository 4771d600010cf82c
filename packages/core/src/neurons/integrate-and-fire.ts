import type { KnownOptions } from "../checks.ts";
import { neuron, type NeuronSpec, type Tensor } from "../engine/index.ts";
import { SPIKING_OPTIONS, SpikingNeuron, type SpikingOptions, type SpikingResult } from "./spiking-neuron.ts";

/** Options of neurons with a leak. */
export interface LeakyOptions extends SpikingOptions {
  /** Membrane time constant in time steps, >= 1; default 2. */
  readonly tau?: number;
  /** Whether the leak divides the input too, by `tau`; default true. */
  readonly decayInput?: boolean;
}

/** The names of `LeakyOptions`. */
export const LEAKY_OPTIONS = {
  ...SPIKING_OPTIONS,
  tau: true,
  decayInput: true,
} as const satisfies KnownOptions<LeakyOptions>;

/** The part of the kernel's description that differs between the neurons of this family. */
type Kind = Pick<NeuronSpec, "neuron" | "tau" | "decayInput" | "scaleReset">;

/** Neurons of the integrate-and-fire family; the state is the potential v, f32 [B, ...]. */
export abstract class IntegrateAndFire extends SpikingNeuron {
  readonly #spec: NeuronSpec;

  constructor(kind: Kind, options: SpikingOptions) {
    super(options);
    const { vThreshold, vReset, detachReset, surrogate } = this;
    const { kind: surrogateKind, alpha } = surrogate;
    this.#spec = { ...kind, vThreshold, vReset, detachReset, surrogate: surrogateKind, alpha };
  }

  /** The learnable number of the layer, if it has one. */
  protected abstract learnable(): Tensor | undefined;

  run(x: Tensor, state?: Tensor): SpikingResult<Tensor> {
    const spec = this.#spec;
    // Written out: a spread costs as much as all checks of a call.
    const options = {
      neuron: spec.neuron,
      tau: spec.tau,
      decayInput: spec.decayInput,
      vThreshold: spec.vThreshold,
      vReset: spec.vReset,
      detachReset: spec.detachReset,
      scaleReset: spec.scaleReset,
      surrogate: spec.surrogate,
      alpha: spec.alpha,
      parameter: this.learnable(),
      initial: state,
      customDerivative: this.surrogate.derivative,
      surrogateName: this.surrogate.name,
      record: this.record,
    };
    const traces = neuron(x, options, this.label);
    this.remember(traces);
    return { spikes: traces.spikes, state: traces.final };
  }
}
