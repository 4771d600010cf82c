import { checkArray, checkNumber, checkOptions, checkText, isPlainObject, refuse } from "../checks.ts";
import type { Tensor } from "../engine/index.ts";
import { readModel } from "../equations/index.ts";
import { EquationNeuron, type EquationNeuronOptions, isTakenByLayers } from "./equation-neuron.ts";
import type { ParameterOption, ParameterValue } from "./layer-parameters.ts";
import { isLearnable, type Learnable } from "./learnable.ts";

/** A neuron by its equations. */
export interface NeuronDefinition {
  /** Name of the class. */
  readonly name: string;
  /** The states with their values at rest: numbers, or names of the parameters that say them. */
  readonly state: Readonly<Record<string, number | string>>;
  /** Parameters with their defaults; `learnable` for those that training changes. */
  readonly parameters?: Readonly<Record<string, number | Learnable>>;
  /** One assignment per line, in the order in which a step computes them. */
  readonly equations: string;
  /** Names of the inputs; `["x"]` unless given. */
  readonly inputs?: readonly string[];
  /** Names of the outputs; `["s"]` unless given. */
  readonly outputs?: readonly string[];
}

type ParametersOf<D extends NeuronDefinition> = D extends { readonly parameters: infer P }
  ? P
  : Record<never, never>;

/** Options of a layer of the neuron. Of names that are not known when it is compiled, the type says nothing. */
export type DefinedNeuronOptions<D extends NeuronDefinition> = EquationNeuronOptions &
  (string extends keyof ParametersOf<D>
    ? unknown
    : { readonly [Name in keyof ParametersOf<D>]?: ParameterOption | undefined });

/** The state of a layer of the neuron. */
export type NeuronState<D extends NeuronDefinition> = { readonly [Name in keyof D["state"]]: Tensor };

/** A layer of the neuron, with its parameters as properties. */
export type NeuronLayer<D extends NeuronDefinition> = EquationNeuron<NeuronState<D>> &
  (string extends keyof ParametersOf<D>
    ? unknown
    : {
        readonly [Name in keyof ParametersOf<D>]: ParametersOf<D>[Name] extends Learnable
          ? Tensor
          : ParameterValue;
      });

/** The class of a neuron's layers, with what it was made from. */
export interface NeuronClass<D extends NeuronDefinition = NeuronDefinition> {
  new (options?: DefinedNeuronOptions<D>): NeuronLayer<D>;
  readonly definition: D;
}

const EXAMPLE = '{ name: "Leaky", state: { v: 0 }, parameters: { tau: 2 }, equations: "..." }';

/**
 * Makes a class of spiking neurons from equations. The backward pass is derived from them, and both passes are compiled,
 * fused over all time steps.
 *
 * @throws EquationError where the equations are wrong, with line, column and the nearest name
 * @example
 * const AdaptiveLIF = defineNeuron({
 *   name: "AdaptiveLIF",
 *   state: { v: 0, a: 0 },
 *   parameters: { tau: 2, tauA: learnable(20, { per: "channel" }), beta: 0.2 },
 *   equations: `
 *     h = v + (x - v) / tau             # charge
 *     s = spike(h - (1 + beta * a))     # fire
 *     v = h * (1 - s)                   # hard reset
 *     a = a + (s - a) / tauA            # adapt
 *   `,
 * });
 * const layer = new AdaptiveLIF({ tau: 3, features: 128 });
 */
export function defineNeuron<const D extends NeuronDefinition>(definition: D): NeuronClass<D> {
  const known = {
    name: true,
    state: true,
    parameters: true,
    equations: true,
    inputs: true,
    outputs: true,
  } as const;
  checkOptions<NeuronDefinition>("defineNeuron", definition, known, EXAMPLE);
  const { name, state, parameters = {}, equations, inputs, outputs } = definition;
  checkText("defineNeuron.name", name);
  checkText(`${name}.equations`, equations, "Write one assignment per line.");
  if (!isPlainObject(state)) refuse(`${name}.state`, "states with their values at rest", state, "{ v: 0 }");
  if (!isPlainObject(parameters)) refuse(`${name}.parameters`, "parameters with their defaults", parameters);
  for (const [key, value] of Object.entries(parameters)) {
    if (!isLearnable(value)) checkNumber(`${name}.parameters.${key}`, value, {}, "Or write `learnable(2)`.");
  }
  const nameOf = (symbol: string, value: string): string => checkText(symbol, value);
  if (inputs !== undefined) checkArray(`${name}.inputs`, inputs, "an array of names", nameOf);
  if (outputs !== undefined) checkArray(`${name}.outputs`, outputs, "an array of names", nameOf);
  const taken = Object.keys(parameters).find(isTakenByLayers);
  if (taken !== undefined)
    refuse(`${name}.parameters`, "a name that layers do not have", taken, "Choose another.");
  const model = readModel({ name, equations, state, parameters: Object.keys(parameters), inputs, outputs });
  const plan = { model, parameters };
  const Layer = class extends EquationNeuron<NeuronState<D>> {
    static readonly definition = definition;
    constructor(options: EquationNeuronOptions = {}) {
      super(plan, options as EquationNeuronOptions & Readonly<Record<string, unknown>>);
    }
  };
  Object.defineProperty(Layer, "name", { value: name });
  return Layer as unknown as NeuronClass<D>;
}
