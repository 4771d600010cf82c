import { batchCount } from "@myelin/data";
import { sigmaSchedule, Trainer, type Batch, type Module, type TrainerOptions } from "@myelin/core";
import { delayLayers } from "@myelin/core/layers";
import { currentEngine } from "@myelin/core/ops";
import type { Encode } from "@myelin/core/runs";
import type { BatchSource, Optimizer } from "@myelin/core/training";
import {
  buildEvolution,
  buildOptimizer,
  buildSchedule,
  type AnyEvolution,
  type Model,
  type Objective,
} from "../model/index.ts";
import type { Recipe } from "../recipe/index.ts";
import { evaluationBatches, sharedBatches, type Samples, type Splits } from "./data/index.ts";

/** Hooks of a trainer. */
export type TrainerHooks = Pick<TrainerOptions, "onBatch" | "onEpoch" | "onPhase" | "communicator">;

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
  const isShared = recipe.microBatches !== undefined || hooks.communicator !== undefined;
  const batches = (epoch: number, startBatch: number): BatchSource => {
    const options = { batchSize, seed, shuffle: true, epoch, startBatch, augment: true };
    return isShared ? splits.train.batchesInPieces(options) : splits.train.batches(options);
  };
  // Options that do not fit the data shall fail before anything is written.
  batches(0, 0);
  const trainer = new Trainer({
    ...core(model),
    ...hooks,
    ...buildSchedule(recipe, network, optimizer, stepsPerEpoch),
    ...{ optimizer, evolution },
    clipNorm: recipe.optimizer.clipNorm,
    accumulate: recipe.accumulate,
    microBatches: recipe.microBatches,
    deadAfter: recipe.deadAfter,
    batchWeight: batchWeight(recipe.loss),
    beforeEpoch: delayWidths(model),
    batches,
    evaluation: () => testBatches(splits.validation ?? splits.test, batchSize, hooks),
  });
  return { ...updates, trainer };
}

/** Batches of an evaluation; of those that processes share, each makes its own. */
export function testBatches(
  samples: Samples,
  batchSize: number,
  { communicator }: Pick<TrainerHooks, "communicator">,
): BatchSource {
  return communicator === undefined
    ? evaluationBatches(samples, batchSize)
    : sharedBatches(samples, batchSize);
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
