import {
  buildNetwork,
  countParameters,
  MyelinError,
  type Module,
  type NetworkDescription,
  type Sequential,
} from "@myelin/core";
import { buildEncoder, type Encode } from "@myelin/core/runs";
import type { OwnLayer } from "@myelin/core/layers";
import { sizeOf } from "@myelin/core/ops";
import { sparseLayers } from "@myelin/core/sparse";
import { callPart, type Parts, partsOf } from "../plugins/index.ts";
import { plural } from "../format.ts";
import type { Recipe } from "../recipe/index.ts";
import { describeNetwork, type NetworkTask } from "./describe.ts";
import { encoderDescription } from "./encode.ts";
import { buildObjective, type Objective } from "./loss.ts";

/** A network as its recipe describes it. */
export interface Model {
  readonly recipe: Recipe;
  readonly description: NetworkDescription;
  readonly network: Sequential;
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
  const parts = partsOf(recipe.plugins);
  const description = describeNetwork(recipe, task);
  const network = await buildNetwork(description, { layers: ownLayers(parts) });
  const activeParameters = countParameters(network).total;
  const encoder = encoderDescription(recipe);
  return {
    ...{ recipe, description, network, shape: task.input, activeParameters },
    parameters: activeParameters + absentParameters(network),
    objective: buildObjective(recipe.loss, parts.losses),
    encode: encoder && buildEncoder(encoder),
  };
}

/** What makes the layers of plugins. */
function ownLayers({ layers }: Parts): Record<string, OwnLayer> {
  const made = Object.entries(layers).map(([name, { build }]): [string, OwnLayer] => [
    name,
    (options, place) => callPart(`layer ${name}`, () => build(options as never, place)),
  ]);
  return Object.fromEntries(made);
}

/** The loss would say so too, at the first step: here nothing is written yet. */
function requireWeightForEachClass({ weight }: Recipe["loss"], { classes }: NetworkTask): void {
  if (weight === undefined || weight.length === classes) return;
  throw new MyelinError(
    `loss.weight: expected ${plural(classes, "number")}, one for each class, got ${weight.length}.`,
  );
}

/** How many parameters a sparse structure holds at zero. */
function absentParameters(network: Module): number {
  const absent = sparseLayers(network).flatMap(([, { connections }]) =>
    Object.values(connections.parameters)
      .filter(({ requiresGrad }) => requiresGrad)
      .map(({ size }) => sizeOf(connections.denseShape) - size),
  );
  return absent.reduce((sum, count) => sum + count, 0);
}
