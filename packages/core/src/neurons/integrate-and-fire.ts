import type { KnownOptions } from "../checks.ts";
import type { Tensor } from "../engine/index.ts";
import type { Model } from "../equations/index.ts";
import { type DescribedNeuron, describeModel, type NeuronDescription } from "./description.ts";
import { EquationRunner, type Monitors } from "./equation-runner.ts";
import { surrogateFor } from "./equation-surrogate.ts";
import type { ParameterOption, ParameterRule } from "./layer-parameters.ts";
import { SPIKING_OPTIONS, SpikingNeuron, type SpikingOptions, type SpikingResult } from "./spiking-neuron.ts";

/** Options of neurons with a leak. */
export interface LeakyOptions extends SpikingOptions {
  /** Membrane time constant in time steps, >= 1; default 2. */
  readonly tau?: ParameterOption;
  /** Whether the leak divides the input too, by `tau`; default true. */
  readonly decayInput?: boolean;
}

/** What a membrane time constant must be. */
export const TAU_RULE: ParameterRule = { bounds: { min: 1 }, hint: "tau counts time steps." };

/** The names of `LeakyOptions`. */
export const LEAKY_OPTIONS = {
  ...SPIKING_OPTIONS,
  tau: true,
  decayInput: true,
} as const satisfies KnownOptions<LeakyOptions>;

/**
 * Neurons of the integrate-and-fire family; the state is the potential v, f32 [B, ...]. The parameters of their
 * equations are properties of the layer.
 */
export abstract class IntegrateAndFire extends SpikingNeuron implements DescribedNeuron {
  #runner: EquationRunner | undefined;
  #names: readonly string[] = [];

  /** The equations of the layer, with the state v. */
  protected abstract equations(): Model;

  /** What monitors see. */
  protected get monitors(): Monitors {
    return { potential: "v", charged: "h" };
  }

  /** The neuron by its equations. */
  get description(): NeuronDescription {
    return describeModel(this.equations());
  }

  run(x: Tensor, state?: Tensor): SpikingResult<Tensor> {
    const runner = (this.#runner ??= this.#prepare());
    const parameters = this.placedParameters(this.#names, x);
    const result = runner.run([x], parameters, [state], this.record, this.label);
    const { potential, charged } = result;
    const [spikes, final] = [result.outputs[0]!, result.final[0]!];
    this.remember({ spikes, final, potential, charged });
    return { spikes, state: final };
  }

  #prepare(): EquationRunner {
    const model = this.equations();
    this.#names = model.parameters;
    const slope = surrogateFor(`${this.label}.surrogate`, this.surrogate);
    return new EquationRunner(model, slope, this.monitors);
  }
}
