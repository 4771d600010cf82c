import { checkOptions, refuse } from "../checks.ts";
import { Tensor } from "../engine/index.ts";
import { checkParameters, type Model } from "../equations/index.ts";
import { type DescribedNeuron, describeModel, type NeuronDescription } from "./description.ts";
import { EquationRunner } from "./equation-runner.ts";
import { type SurrogateChoice, surrogateFor } from "./equation-surrogate.ts";
import type { ParameterOption } from "./layer-parameters.ts";
import { isLearnable, isRange, type Learnable } from "./learnable.ts";
import { SpikingNeuron, type SpikingOptions, type SpikingResult } from "./spiking-neuron.ts";

/** A neuron's model and its parameters with their defaults. */
export interface NeuronPlan {
  readonly model: Model;
  readonly parameters: Readonly<Record<string, number | Learnable>>;
}

/** What layers of all neurons take besides their parameters. */
export interface EquationNeuronOptions extends Pick<SpikingOptions, "features"> {
  /** Derivative used for `spike` in the backward pass: a surrogate, its name, or an expression of `u`; default "sigmoid". */
  readonly surrogate?: SurrogateChoice | undefined;
}

/** Outputs by name beside what every spiking neuron gives. */
export interface EquationResult<State> extends SpikingResult<State> {
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** A parameter's first value, where it is neither drawn nor on a device. */
function knownValue(given: ParameterOption): number | ArrayLike<number> | undefined {
  if (given instanceof Tensor) return undefined;
  const value = isLearnable(given) ? given.value : given;
  return isRange(value) ? undefined : value;
}

/** Names that a parameter cannot have, as layers have them. */
export function isTakenByLayers(name: string): boolean {
  return name in EquationNeuron.prototype || ["features", "record", "surrogate", "training"].includes(name);
}

/**
 * A layer of neurons that `defineNeuron` has made of equations. Its parameters are properties: tensors where they
 * learn, else what was given. The state is an object of the states by name, f32 [B, ...] each.
 *
 * @param x the first input, f32 [T, B, C, ...]
 * @returns the first output, f32 [T, B, C, ...]
 * @throws ShapeError if `x` has no time axis, or a state or a parameter does not fit
 */
export class EquationNeuron<State extends object = object>
  extends SpikingNeuron<State>
  implements DescribedNeuron
{
  readonly #plan: NeuronPlan;
  readonly #runner: EquationRunner;

  constructor(plan: NeuronPlan, options: EquationNeuronOptions & Readonly<Record<string, unknown>>) {
    const { name, parameters } = plan.model;
    const known = Object.fromEntries(
      [...parameters, "surrogate", "features"].map((key) => [key, true as const]),
    );
    checkOptions(name, options as Readonly<Record<string, object>>, known);
    const slope = surrogateFor(`${name}.surrogate`, options.surrogate);
    super({ surrogate: slope.surrogate, features: options.features }, name);
    this.#plan = plan;
    this.#runner = new EquationRunner(plan.model, slope);
    const first = new Map<string, number | ArrayLike<number>>();
    for (const own of parameters) {
      const declared = plan.parameters[own]!;
      const given = (options[own] as ParameterOption | undefined) ?? declared;
      this.beginParameter(own, declared, given);
      const value = knownValue(given);
      if (value !== undefined) first.set(own, value);
    }
    checkParameters(plan.model, first);
  }

  /** The neuron by its equations. */
  get description(): NeuronDescription {
    return describeModel(this.#plan.model);
  }

  run(x: Tensor, state?: State, others: Readonly<Record<string, Tensor>> = {}): EquationResult<State> {
    const { label, record } = this;
    const { model } = this.#plan;
    const parameters = this.placedParameters(model.parameters, x);
    const inputs = this.#inputs(x, others);
    const result = this.#runner.run(inputs, parameters, this.#initial(state), record, label);
    const { outputs, final, potential, charged } = result;
    const [spikes] = outputs as [Tensor];
    this.remember({ spikes, final: final[0], potential, charged });
    return {
      spikes,
      outputs: Object.fromEntries(model.outputs.map(({ name }, i) => [name, outputs[i]!])),
      state: Object.fromEntries(model.states.map(({ name }, i) => [name, final[i]!])) as State,
    };
  }

  #inputs(x: Tensor, others: Readonly<Record<string, Tensor>>): [Tensor, ...Tensor[]] {
    const [, ...names] = this.#plan.model.inputs;
    const known = Object.fromEntries(names.map((name) => [name, true as const]));
    checkOptions<Readonly<Record<string, Tensor>>>(`${this.label}.run.others`, others, known);
    const rest = names.map(
      (name) =>
        others[name] ??
        refuse(`${this.label}.run.others.${name}`, "a tensor", others[name], "It is an input."),
    );
    return [x, ...rest];
  }

  #initial(state: State | undefined): (Tensor | undefined)[] {
    const { states } = this.#plan.model;
    if (state === undefined) return states.map(() => undefined);
    const known = Object.fromEntries(states.map(({ name }) => [name, true as const]));
    const given = state as Readonly<Record<string, Tensor>>;
    checkOptions<Readonly<Record<string, Tensor>>>(
      `${this.label}.state`,
      given,
      known,
      "that of the call before",
    );
    return states.map(({ name }) => given[name]);
  }
}
