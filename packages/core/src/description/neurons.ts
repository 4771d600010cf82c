import { checkOneOf, checkOptions, checkShape, checkText, isPlainObject, refuse } from "../checks.ts";
import { type Model, readModel } from "../equations/index.ts";
import { MyelinError, UnsupportedError } from "../errors.ts";
import {
  ALIF,
  type DescribedNeuron,
  defineNeuron,
  IF,
  KLIF,
  type Learnable,
  learnable,
  LIF,
  type NeuronClass,
  type NeuronDefinition,
  PLIF,
  type SpikingNeuron,
  ZOO,
  type ZooName,
} from "../neurons/index.ts";
import type { EquationsChoice, NeuronChoice, ParameterDescription, ZooChoice } from "./neuron-choice.ts";
import { surrogateOf } from "./surrogates.ts";

/** A layer of spiking neurons that says by which equations it works. */
export type BuiltNeuron = SpikingNeuron<never> & DescribedNeuron;

const BUILT_IN = { IF, LIF, PLIF, KLIF, ALIF };

type BuiltInName = keyof typeof BUILT_IN;

/** The names of all neurons in descriptions. */
const NAMES: readonly NeuronChoice["type"][] = [
  ...(Object.keys(BUILT_IN) as BuiltInName[]),
  "equations",
  ...(Object.keys(ZOO) as ZooName[]),
];

/**
 * Makes a layer of the neurons that a description names.
 *
 * @param features the shape of a sample
 * @throws MyelinError for an unknown type, or options that the neuron does not have
 * @throws UnsupportedError if the description says that a built-in neuron computes something else than it does here
 */
export function buildNeuron(choice: NeuronChoice, features: readonly number[]): BuiltNeuron {
  return neuronAt("buildNeuron", choice, checkShape("buildNeuron.features", features));
}

/** @param where what the neuron is called in messages */
export function neuronAt(where: string, choice: NeuronChoice, features: readonly number[]): BuiltNeuron {
  if (!isPlainObject(choice)) refuse(where, 'a neuron such as { type: "LIF" }', choice);
  checkOneOf(`${where}.type`, choice.type, NAMES);
  if (choice.type === "equations") return ofEquations(choice, features, where);
  const built = isBuiltIn(choice) ? ofClass(choice, where) : ofZoo(choice, features, where);
  if (choice.equations !== undefined) requireSame(choice.equations, built, where);
  return built;
}

type BuiltInChoice = Extract<NeuronChoice, { readonly type: BuiltInName }>;

function isBuiltIn(choice: NeuronChoice): choice is BuiltInChoice {
  return Object.hasOwn(BUILT_IN, choice.type);
}

function ofClass({ type, surrogate, equations: _, ...options }: BuiltInChoice, where: string): BuiltNeuron {
  const Neuron = BUILT_IN[type] as new (options: object) => SpikingNeuron & DescribedNeuron;
  const given = { ...options, surrogate: surrogateOf(`${where}.surrogate`, surrogate) };
  return new Neuron(withoutAbsent(given)) as unknown as BuiltNeuron;
}

function ofZoo(choice: ZooChoice, features: readonly number[], where: string): BuiltNeuron {
  const known = { type: true, parameters: true, surrogate: true, equations: true } as const;
  checkOptions(where, choice, known);
  return ofDefinition(ZOO[choice.type], choice, features, where);
}

function ofEquations(
  { type: _, surrogate, ...definition }: EquationsChoice,
  features: readonly number[],
  where: string,
): BuiltNeuron {
  return ofDefinition(neuronOfEquations(definition), { ...definition, surrogate }, features, where);
}

const DEFINITION = { name: true, equations: true, state: true, parameters: true, outputs: true } as const;

/**
 * The class of a neuron that is described by equations. Values per channel are for its layers: what it has by default
 * is the first.
 *
 * @throws EquationError where the equations are wrong, with line, column and the nearest name
 */
export function neuronOfEquations(choice: Omit<EquationsChoice, "type" | "surrogate">): NeuronClass {
  checkOptions("neuronOfEquations", choice, DEFINITION, "{ equations, state }");
  const { name = "neuron", equations, state, parameters = {}, outputs } = choice;
  checkText("neuronOfEquations.name", name);
  if (!isPlainObject(parameters)) refuse(`${name}.parameters`, "parameters by name", parameters);
  const defaults = Object.entries(parameters).map(([key, value]) => {
    const option = parameterOption(`${name}.parameters.${key}`, value);
    return [key, Array.isArray(option) ? (option as number[])[0]! : option] as const;
  });
  const definition: NeuronDefinition = {
    ...{ name, equations, state },
    parameters: Object.fromEntries(defaults) as Record<string, number | Learnable>,
    ...(outputs && { outputs }),
  };
  return defineNeuron(definition);
}

function ofDefinition(
  Neuron: NeuronClass,
  { parameters = {}, surrogate }: Pick<ZooChoice, "parameters" | "surrogate">,
  features: readonly number[],
  where: string,
): BuiltNeuron {
  if (!isPlainObject(parameters)) refuse(`${where}.parameters`, "parameters by name", parameters);
  const given = Object.entries(parameters).map(([name, value]) => [
    name,
    parameterOption(`${where}.parameters.${name}`, value),
  ]);
  const options: object = {
    ...(Object.fromEntries(given) as object),
    ...{ surrogate: surrogateOf(`${where}.surrogate`, surrogate), features },
  };
  return new Neuron(withoutAbsent(options)) as unknown as BuiltNeuron;
}

/** A parameter as layers take it. */
function parameterOption(
  where: string,
  described: ParameterDescription,
): number | readonly number[] | Learnable {
  if (!isPlainObject(described)) return described;
  const { learnable: value, per } = checkOptions(
    where,
    described as Extract<ParameterDescription, { readonly learnable: unknown }>,
    { learnable: true, per: true },
    "{ learnable: 20 }",
  );
  return learnable(value, per === undefined ? {} : { per });
}

function withoutAbsent<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/** The same equations may be written in another way, as other versions print them. */
function requireSame(stated: string, { description }: DescribedNeuron, where: string): void {
  if (canonical(stated, description, where) === description.equations) return;
  throw new UnsupportedError(
    `${where}: expected a ${description.name} that computes what it does in this version, got other equations. ` +
      "Use the version that the network was saved with, or describe the neuron by its equations.",
  );
}

function canonical(equations: string, description: DescribedNeuron["description"], where: string): string {
  const { name, state, parameters, inputs, outputs } = description;
  try {
    const model: Model = readModel({ name, equations, state, parameters, inputs, outputs });
    return model.text;
  } catch (cause) {
    if (!(cause instanceof MyelinError)) throw cause;
    throw new UnsupportedError(`${where}.equations: ${cause.message}`, { cause });
  }
}
