import { countParameters, MyelinError, type Module } from "@myelin/core";
import { plural } from "../format.ts";
import type { Recipe } from "../recipe/index.ts";
import { buildNetwork, type NetworkTask } from "./build.ts";
import { buildEncoder, type Encode } from "./encode.ts";
import { buildObjective, type Objective } from "./loss.ts";
import { applyStructure } from "./structure.ts";

/** A network as its recipe describes it. */
export interface Model {
  readonly recipe: Recipe;
  readonly network: Module;
  readonly objective: Objective;
  readonly encode: Encode | undefined;
  /** Shape of a sample, or of one time step of it. */
  readonly shape: readonly number[];
  /** How many parameters the network has, those that a sparse structure holds at zero included. */
  readonly parameters: number;
  /** Parameters that are not held at zero. */
  readonly activeParameters: number;
}

/** Builds the network of a recipe, with fresh weights, for such a task. */
export async function buildModel(recipe: Recipe, task: NetworkTask): Promise<Model> {
  requireWeightForEachClass(recipe.loss, task);
  const network = buildNetwork(recipe, task);
  const parameters = countParameters(network).total;
  if (recipe.structure !== false) await applyStructure(network, recipe.structure);
  return {
    ...{ recipe, network, shape: task.input, parameters },
    activeParameters: countParameters(network).total,
    objective: buildObjective(recipe.loss),
    encode: buildEncoder(recipe.encoder, recipe.timeSteps ?? 1),
  };
}

/** The loss would say so too, at the first step: here nothing is written yet. */
function requireWeightForEachClass({ weight }: Recipe["loss"], { classes }: NetworkTask): void {
  if (weight === undefined || weight.length === classes) return;
  throw new MyelinError(
    `loss.weight: expected ${plural(classes, "number")}, one for each class, got ${weight.length}.`,
  );
}
