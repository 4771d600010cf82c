import { Adam, AdamW, BatchNorm, SGD, type Module, type Tensor } from "@myelin/core";
import { positionParameters } from "@myelin/core/layers";
import type { Optimizer } from "@myelin/core/training";
import type { OptimizerRecipe } from "../recipe/index.ts";
import { neuronParameters } from "./neurons.ts";

/** What parameters of one group are. */
export type GroupKind = "weights" | "norm" | "neurons" | "positions";

/** The parameters of a network by kind; the kinds without any are left out. */
export function parameterGroups(network: Module): [GroupKind, Tensor[]][] {
  const apart: [GroupKind, readonly Tensor[]][] = [
    ["norm", normParameters(network)],
    ["neurons", neuronParameters(network)],
    ["positions", positionParameters(network).filter(({ requiresGrad }) => requiresGrad)],
  ];
  const taken = new Set(apart.flatMap(([, parameters]) => parameters));
  const weights = network.parameters().filter((parameter) => !taken.has(parameter));
  const groups: [GroupKind, Tensor[]][] = [
    ["weights", weights],
    ...apart.map(([kind, parameters]): [GroupKind, Tensor[]] => [kind, [...parameters]]),
  ];
  return groups.filter(([, parameters]) => parameters.length > 0);
}

/**
 * The optimiser of a recipe, with a group for each kind of parameter: connections, batch normalisation, the neurons'
 * own parameters and the positions of delays. The last two are not decayed, and may have rates of their own.
 */
export function buildOptimizer(recipe: OptimizerRecipe, network: Module): Optimizer {
  const { lr, neuronLr = lr, positions, weightDecay, decayNorm } = recipe;
  const options: Record<GroupKind, { lr: number; weightDecay: number }> = {
    weights: { lr, weightDecay },
    norm: { lr, weightDecay: decayNorm ? weightDecay : 0 },
    neurons: { lr: neuronLr, weightDecay: 0 },
    positions: { lr: positions?.lr ?? lr, weightDecay: 0 },
  };
  const groups = parameterGroups(network).map(([kind, parameters]) => ({ parameters, ...options[kind] }));
  switch (recipe.type) {
    case "sgd":
      return new SGD(groups, { lr, momentum: recipe.momentum, nesterov: recipe.nesterov });
    case "adam":
      return new Adam(groups, { lr, betas: recipe.betas, eps: recipe.eps });
    case "adamw":
      return new AdamW(groups, { lr, betas: recipe.betas, eps: recipe.eps });
  }
}

/** Scales and shifts of batch normalisation. */
function normParameters(network: Module): Tensor[] {
  return network
    .namedModules()
    .flatMap(([, module]) => (module instanceof BatchNorm ? [module.weight, module.bias] : []));
}
