import { checkOptions, checkShape, refuse } from "../checks.ts";
import { type EquationParameterOption, equations, parameter, sizeOf, Tensor } from "../engine/index.ts";
import { type Model, withOutputs } from "../equations/index.ts";
import { constantParameter } from "../nn/index.ts";
import { warn } from "../warnings.ts";
import { type EquationSurrogate, type SurrogateChoice, surrogateFor } from "./equation-surrogate.ts";
import { checkParameterValue, isLearnable, type Learnable } from "./learnable.ts";
import { SpikingNeuron, type SpikingResult } from "./spiking-neuron.ts";

/** A neuron's model and its parameters with their defaults. */
export interface NeuronPlan {
  readonly model: Model;
  readonly parameters: Readonly<Record<string, number | Learnable>>;
}

/** The value of a parameter: for the layer, or one per channel or neuron. */
export type ParameterOption = number | ArrayLike<number> | Tensor;

/** What a layer computes, for those who write it elsewhere. The values of parameters are properties of the layer. */
export interface NeuronDescription {
  readonly name: string;
  /** One assignment per line; equal neurons have equal texts. */
  readonly equations: string;
  /** The states with their values at rest. */
  readonly state: Readonly<Record<string, number>>;
  readonly parameters: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** What layers of all neurons take besides their parameters. */
export interface EquationNeuronOptions {
  /** Derivative used for `spike` in the backward pass: a surrogate, its name, or an expression of `u`; default "sigmoid". */
  readonly surrogate?: SurrogateChoice | undefined;
  /**
   * The shape of one sample, such as 128 or [16, 28, 28]; its first axis are the channels. Without it, parameters that
   * learn per channel or neuron begin with the first input, after optimisers have looked for them.
   */
  readonly features?: number | readonly number[] | undefined;
}

/** Outputs by name beside what every spiking neuron gives. */
export interface EquationResult<State> extends SpikingResult<State> {
  readonly outputs: Readonly<Record<string, Tensor>>;
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
export class EquationNeuron<State extends object = object> extends SpikingNeuron<State> {
  readonly #plan: NeuronPlan;
  readonly #slope: EquationSurrogate;
  /** Parameters that wait for the first input to tell how many there are. */
  readonly #waiting = new Map<string, Learnable>();

  constructor(plan: NeuronPlan, options: EquationNeuronOptions & Readonly<Record<string, unknown>>) {
    const { name, parameters } = plan.model;
    const known = Object.fromEntries(
      [...parameters, "surrogate", "features"].map((key) => [key, true as const]),
    );
    checkOptions(name, options as Readonly<Record<string, object>>, known);
    const slope = surrogateFor(`${name}.surrogate`, options.surrogate);
    super({ surrogate: slope.surrogate });
    this.#plan = plan;
    this.#slope = slope;
    const features = typeof options.features === "number" ? [options.features] : options.features;
    if (features !== undefined) checkShape(`${name}.features`, features);
    for (const parameterName of parameters) {
      const fallback = plan.parameters[parameterName]!;
      this.#begin(parameterName, fallback, options[parameterName] ?? fallback, features);
    }
  }

  /** The neuron by its equations. */
  get description(): NeuronDescription {
    const { name, text: equations, states, parameters, inputs, outputs } = this.#plan.model;
    const state = Object.fromEntries(states.map(({ name: state, rest }) => [state, rest]));
    return { name, equations, state, parameters, inputs, outputs: outputs.map((output) => output.name) };
  }

  run(x: Tensor, state?: State, others: Readonly<Record<string, Tensor>> = {}): EquationResult<State> {
    const { label, record } = this;
    for (const [name, { value, per }] of this.#waiting) this.#create(name, value, per, x);
    const model = this.#shown();
    const inputs = this.#inputs(x, others);
    const initial = this.#initial(state);
    const { model: surrogate, values: surrogateValues, derivative } = this.#slope;
    const options = {
      model,
      surrogate,
      surrogateValues,
      derivative,
      parameters: this.#parameters(),
      initial,
    };
    const { outputs, final } = equations(inputs, options, label);
    const byName = new Map(model.outputs.map(({ name }, i) => [name, outputs[i]!]));
    const [spikes] = outputs as [Tensor];
    const [potential, charged] = [byName.get("v"), byName.get("h")];
    this.remember({
      spikes,
      ...(record.potential && potential && { potential }),
      ...(record.charged && charged && { charged }),
    });
    const own = this.#plan.model.outputs.map(({ name }) => [name, byName.get(name)!]);
    return {
      spikes,
      outputs: Object.fromEntries(own) as Record<string, Tensor>,
      state: Object.fromEntries(model.states.map(({ name }, i) => [name, final[i]!])) as State,
    };
  }

  /** The model with the outputs that monitors ask for. */
  #shown(): Model {
    const { model } = this.#plan;
    const { potential = false, charged = false } = this.record;
    const wanted = [potential ? "v" : "", charged ? "h" : ""].filter((name) => model.assigned.has(name));
    return wanted.length === 0 ? model : withOutputs(model, wanted);
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

  #parameters(): EquationParameterOption[] {
    const { model, parameters } = this.#plan;
    return model.parameters.map((name) => {
      const values = (this as unknown as Readonly<Record<string, ParameterOption>>)[name]!;
      if (typeof values === "number") return { place: "layer", values: [values] };
      const declared = parameters[name]!;
      return { place: isLearnable(declared) ? declared.per : "channel", values };
    });
  }

  /** Gives a parameter its first values. */
  #begin(
    name: string,
    declared: number | Learnable,
    given: unknown,
    features: readonly number[] | undefined,
  ): void {
    const symbol = `${this.#plan.model.name}.${name}`;
    if (given instanceof Tensor) return this.#put(name, given);
    const value = isLearnable(given) ? given.value : (given as number | ArrayLike<number>);
    checkParameterValue(symbol, value);
    if (!isLearnable(declared)) return this.#put(name, value);
    if (declared.per === "layer") return this.#put(name, constantParameter([], value as number));
    if (typeof value !== "number") return this.#put(name, parameter(value, [value.length]));
    if (features === undefined) {
      this.#waiting.set(name, { value, per: declared.per });
      return;
    }
    this.#put(name, constantParameter(declared.per === "channel" ? features.slice(0, 1) : features, value));
  }

  #create(name: string, value: Learnable["value"], per: Learnable["per"], x: Tensor): void {
    const shape = per === "channel" ? x.shape.slice(2, 3) : x.shape.slice(2);
    this.#waiting.delete(name);
    this.#put(name, constantParameter(sizeOf(shape) > 0 ? shape : [1], value as number));
    const { name: neuron } = this.#plan.model;
    warn(
      `${neuron}.${name}: its ${sizeOf(shape)} values were made at the first input, so an optimiser that was made ` +
        `before does not train them. Give \`features: ${shape.length === 1 ? shape[0] : `[${shape.join(", ")}]`}\`.`,
    );
  }

  #put(name: string, value: ParameterOption): void {
    Object.defineProperty(this, name, { value, enumerable: true, writable: true, configurable: true });
  }
}
