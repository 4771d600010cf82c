import {
  ALIF,
  atan,
  fastSigmoid,
  IF,
  KLIF,
  LIF,
  piecewiseQuadratic,
  PLIF,
  rectangle,
  sigmoid,
  SpikingNeuron,
  triangle,
  type EquationNeuron,
  type IntegrateAndFire,
  type Module,
  type Surrogate,
  type Tensor,
} from "@myelin/core";
import { neuronClass, type NeuronRecipe, parameterOption, zooNeuron } from "../recipe/index.ts";
import type { NeuronParameters } from "../records/index.ts";

/** Any spiking layer, whatever its state is. */
export type AnyNeuron = IntegrateAndFire | ALIF | EquationNeuron;

const SURROGATES = { atan, sigmoid, piecewiseQuadratic, triangle, rectangle, fastSigmoid };

/**
 * Makes a layer of the neurons that a recipe describes.
 *
 * @param features the shape of a sample
 */
export function buildNeuron(recipe: NeuronRecipe, features: readonly number[]): AnyNeuron {
  switch (recipe.type) {
    case "IF":
      return new IF(optionsOf(recipe));
    case "LIF":
      return new LIF(optionsOf(recipe));
    case "PLIF": {
      const { tau: initTau, ...options } = optionsOf(recipe);
      return new PLIF({ ...options, initTau });
    }
    case "KLIF":
      return new KLIF(optionsOf(recipe));
    case "ALIF":
      return new ALIF(optionsOf(recipe));
    case "equations": {
      const options = Object.entries(recipe.parameters).map(([name, value]) => [
        name,
        parameterOption(value),
      ]);
      const given: object = Object.fromEntries(options) as object;
      return new (neuronClass(recipe))({ ...given, surrogate: surrogateOf(recipe.surrogate), features });
    }
    default:
      return zooNeuron(recipe, { surrogate: surrogateOf(recipe.surrogate), features });
  }
}

/** What a recipe says about its neurons, as the class of its type takes it. */
function optionsOf<R extends NeuronRecipe>({ type: _, surrogate, ...options }: R) {
  return { ...options, surrogate: surrogateOf(surrogate) };
}

function surrogateOf({ type, alpha }: NeuronRecipe["surrogate"]): Surrogate {
  return SURROGATES[type](alpha === undefined ? {} : { alpha });
}

/** The spiking layers of a network with their names, in order. */
export function spikingLayers(network: Module): [string, AnyNeuron][] {
  return network
    .namedModules()
    .filter((entry): entry is [string, AnyNeuron] => entry[1] instanceof SpikingNeuron);
}

/** Parameters that belong to neurons, not to connections: KLIF's k and PLIF's w. */
export function neuronParameters(network: Module): Tensor[] {
  return spikingLayers(network).flatMap(([, neuron]) => neuron.parameters());
}

/** The present values of k (KLIF) and tau (PLIF) of every layer that learns one. */
export async function readNeuronParameters(network: Module): Promise<NeuronParameters> {
  const k: Record<string, number> = {};
  const tau: Record<string, number> = {};
  for (const [name, neuron] of spikingLayers(network)) {
    if (neuron instanceof KLIF) k[name] = await neuron.k.item();
    if (neuron instanceof PLIF) tau[name] = 1 + Math.exp(-(await neuron.w.item()));
  }
  return { ...(Object.keys(k).length > 0 && { k }), ...(Object.keys(tau).length > 0 && { tau }) };
}
