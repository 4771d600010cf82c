import { KLIF, type Module, type NeuronDefinition, PLIF, type Tensor } from "@myelin/core";
import {
  type NeuronChoice,
  type ParameterDescription,
  SpikingNeuron,
  type SurrogateDescription,
  ZOO,
  type ZooName,
} from "@myelin/core/neurons";
import type { NeuronRecipe } from "../recipe/index.ts";
import type { LearnedValues, NeuronParameters } from "../records/index.ts";

/** Any spiking layer, whatever its state is. */
export type AnyNeuron = SpikingNeuron<unknown>;

/** The neuron of a recipe as the core builds it, with the values of all parameters. */
export function neuronChoice(recipe: NeuronRecipe): NeuronChoice {
  switch (recipe.type) {
    case "PLIF": {
      const { tau: initTau, ...options } = recipe;
      return { ...options, initTau, surrogate: slopeOf(recipe) };
    }
    case "IF":
    case "LIF":
    case "KLIF":
    case "ALIF":
    case "equations":
      return { ...recipe, surrogate: slopeOf(recipe) };
    default:
      return zooChoice(recipe);
  }
}

function slopeOf({ surrogate }: Pick<NeuronRecipe, "surrogate">): SurrogateDescription {
  return surrogate.type === "expression" ? surrogate.expression : surrogate;
}

function zooChoice({
  type,
  set,
  surrogate,
  ...given
}: Extract<NeuronRecipe, { readonly type: ZooName }> & { readonly set?: string }): NeuronChoice {
  const { definition, notes } = ZOO[type];
  const parameters = { ...defaultsOf(definition), ...(set && notes.sets?.[set]), ...given };
  return { type, parameters, surrogate: slopeOf({ surrogate }) };
}

function defaultsOf({ parameters = {} }: NeuronDefinition): Record<string, ParameterDescription> {
  const values = Object.entries(parameters).map(([name, parameter]) => {
    if (typeof parameter === "number") return [name, parameter] as const;
    const { value, per } = parameter;
    return [name, { learnable: value, per }] as const;
  });
  return Object.fromEntries(values) as Record<string, ParameterDescription>;
}

/** The spiking layers of a network with their names, in order. */
export function spikingLayers(network: Module): [string, AnyNeuron][] {
  return network
    .namedModules()
    .filter((entry): entry is [string, AnyNeuron] => entry[1] instanceof SpikingNeuron);
}

/** Parameters that belong to neurons, not to connections: KLIF's k, PLIF's w, those of equations that learn. */
export function neuronParameters(network: Module): Tensor[] {
  return spikingLayers(network).flatMap(([, neuron]) => neuron.parameters());
}

/** The present values of what neurons learn: k (KLIF), tau (PLIF), and the parameters of equations by name. */
export async function readNeuronParameters(network: Module): Promise<NeuronParameters> {
  const k: Record<string, number> = {};
  const tau: Record<string, number> = {};
  const learned: Record<string, Record<string, LearnedValues>> = {};
  for (const [layer, neuron] of spikingLayers(network)) {
    if (neuron instanceof KLIF) k[layer] = await neuron.k.item();
    else if (neuron instanceof PLIF) tau[layer] = 1 + Math.exp(-(await neuron.w.item()));
    else {
      for (const [name, values] of neuron.namedParameters()) {
        (learned[name] ??= {})[layer] = summaryOf(await values.data());
      }
    }
  }
  const isUsed = ([, byLayer]: readonly [string, object]): boolean => Object.keys(byLayer).length > 0;
  return Object.fromEntries(Object.entries({ k, tau, learned }).filter(isUsed));
}

function summaryOf(values: Float32Array): LearnedValues {
  const reduce = (join: (a: number, b: number) => number): number => values.reduce(join);
  return {
    mean: reduce((a, b) => a + b) / values.length,
    least: reduce((a, b) => Math.min(a, b)),
    largest: reduce((a, b) => Math.max(a, b)),
  };
}
