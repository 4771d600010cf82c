import { batchCount } from "@myelin/data";
import {
  countParameters,
  currentEngine,
  delayLayers,
  MyelinError,
  sigmaSchedule,
  Trainer,
  type Batch,
  type Batches,
  type Module,
  type Optimizer,
} from "@myelin/core";
import {
  applyStructure,
  buildEncoder,
  buildEvolution,
  buildNetwork,
  buildObjective,
  buildOptimizer,
  buildSchedule,
  type AnyEvolution,
  type Encode,
  type NetworkTask,
  type Objective,
} from "../model/index.ts";
import { plural } from "../format.ts";
import type { Recipe } from "../recipe/index.ts";
import { evaluationBatches, type Samples, type Splits } from "./samples/index.ts";

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

/** Hooks of a trainer. */
export type TrainerHooks = Pick<ConstructorParameters<typeof Trainer>[0], "onBatch" | "onEpoch">;

/** What a model is updated with. */
export interface Updates {
  readonly optimizer: Optimizer;
  readonly evolution: AnyEvolution | undefined;
  readonly stepsPerEpoch: number;
}

/** A trainer for a model, and what it updates with. */
export interface Training extends Updates {
  readonly trainer: Trainer;
}

/**
 * The optimiser of a model, and what exchanges its connections.
 *
 * @throws ShapeError if a batch is larger than the training set
 */
export async function buildUpdates({ recipe, network }: Model, train: Samples): Promise<Updates> {
  const stepsPerEpoch = Math.ceil(
    batchCount(train.count, { batchSize: recipe.batchSize }) / recipe.accumulate,
  );
  const optimizer = buildOptimizer(recipe.optimizer, network);
  const length = { epochs: recipe.epochs, stepsPerEpoch };
  const evolution = await buildEvolution(recipe.structure, network, optimizer, length);
  return { optimizer, evolution, stepsPerEpoch };
}

/** Connects model, data, optimiser and schedule. */
export function buildTraining(model: Model, updates: Updates, splits: Splits, hooks: TrainerHooks): Training {
  const { recipe, network } = model;
  const { batchSize, seed } = recipe;
  const { optimizer, evolution, stepsPerEpoch } = updates;
  const batches = (epoch: number, startBatch: number): Batches =>
    splits.train.augmented({ batchSize, seed, shuffle: true, epoch, startBatch });
  // Options that do not fit the data shall fail before anything is written.
  batches(0, 0);
  const trainer = new Trainer({
    ...core(model),
    ...hooks,
    ...buildSchedule(recipe, network, optimizer, stepsPerEpoch),
    ...{ optimizer, evolution },
    clipNorm: recipe.optimizer.clipNorm,
    accumulate: recipe.accumulate,
    batchWeight: batchWeight(recipe.loss),
    beforeEpoch: delayWidths(model),
    batches,
    evaluation: () => evaluationBatches(splits.validation ?? splits.test, batchSize),
  });
  return { ...updates, trainer };
}

/** What a loss divides by: the weights of the labels where classes have weights, else the number of samples. */
function batchWeight({ weight }: Recipe["loss"]): ((batch: Batch) => number) | undefined {
  if (weight === undefined) return undefined;
  return ({ labels, targets }) =>
    targets === undefined ? labels.reduce((sum, label) => sum + (weight[label] ?? 0), 0) : labels.length;
}

/** Sets the width of learnable delays for an epoch; undefined for networks without any. */
function delayWidths({ recipe, network }: Model): ((epoch: number) => void) | undefined {
  if (delayLayers(network).length === 0) return undefined;
  const { sigmaInit, sigmaEnd, fraction } = recipe.delays ?? {};
  const schedule = sigmaSchedule({
    epochs: recipe.epochs,
    ...(sigmaInit !== undefined && { sigmaInit }),
    ...(sigmaEnd !== undefined && { sigmaEnd }),
    ...(fraction !== undefined && { fraction }),
  });
  return (epoch) => schedule.apply(network, epoch);
}

/** A trainer that only evaluates. */
export function buildEvaluator(model: Model): Trainer {
  const optimizer = buildOptimizer(model.recipe.optimizer, model.network);
  return new Trainer({ ...core(model), optimizer, batches: () => [] });
}

function core({ network, objective, encode }: Model): {
  network: Module;
  loss: Objective["loss"];
  predict: Objective["scores"];
  encode: Encode | undefined;
} {
  return { network, loss: objective.loss, predict: objective.scores, encode };
}

/** What the engine runs on, for result.json. */
export function describeBackend(): string {
  return currentEngine().backend.description;
}
