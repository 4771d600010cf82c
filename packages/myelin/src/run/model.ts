import { batchCount, batches, type BatchOptions, type ImageDataset } from "@myelin/data";
import { currentEngine, Trainer, type Batches, type Module, type Optimizer } from "@myelin/core";
import {
  buildEncoder,
  buildNetwork,
  buildObjective,
  buildOptimizer,
  buildSchedule,
  type Encode,
  type Objective,
} from "../model/index.ts";
import type { Recipe } from "../recipe/index.ts";
import { augmentation, preparation, type Splits } from "./dataset.ts";

/** A network as its recipe describes it. */
export interface Model {
  readonly recipe: Recipe;
  readonly network: Module;
  readonly objective: Objective;
  readonly encode: Encode | undefined;
}

/** Builds the network of a recipe, with fresh weights, for the samples of `dataset`. */
export function buildModel(recipe: Recipe, dataset: ImageDataset): Model {
  const { channels, height, width, classes } = dataset;
  return {
    recipe,
    network: buildNetwork(recipe, { input: { channels, height, width }, classes }),
    objective: buildObjective(recipe.loss),
    encode: buildEncoder(recipe.encoder, recipe.timeSteps),
  };
}

/** Hooks of a trainer. */
export type TrainerHooks = Pick<ConstructorParameters<typeof Trainer>[0], "onBatch" | "onEpoch">;

/** A trainer for a model, and what it updates with. */
export interface Training {
  readonly trainer: Trainer;
  readonly optimizer: Optimizer;
  readonly stepsPerEpoch: number;
}

/**
 * Connects model, data, optimiser and schedule.
 *
 * @throws ShapeError if a batch is larger than the training set
 */
export function buildTraining(model: Model, splits: Splits, hooks: TrainerHooks): Training {
  const { recipe, network } = model;
  const stepsPerEpoch = batchCount(splits.train.count, recipe);
  const optimizer = buildOptimizer(recipe.optimizer, network);
  const transform = augmentation(recipe.data);
  const options = {
    batchSize: recipe.batchSize,
    seed: recipe.seed,
    shuffle: true,
    ...preparation(recipe.data),
  };
  const trainingBatches = (epoch: number, startBatch: number): Batches =>
    toBatches(splits.train, { ...options, epoch, startBatch, ...(transform && { transform }) });
  // Options that do not fit the data shall fail before anything is written.
  trainingBatches(0, 0);
  const trainer = new Trainer({
    ...core(model),
    ...hooks,
    ...buildSchedule(recipe.optimizer, optimizer, { epochs: recipe.epochs, stepsPerEpoch }),
    optimizer,
    clipNorm: recipe.optimizer.clipNorm,
    batches: trainingBatches,
    evaluation: () => evaluationBatches(recipe, splits.validation ?? splits.test),
  });
  return { trainer, optimizer, stepsPerEpoch };
}

/** A trainer that only evaluates. */
export function buildEvaluator(model: Model): Trainer {
  const optimizer = buildOptimizer(model.recipe.optimizer, model.network);
  return new Trainer({ ...core(model), optimizer, batches: () => [] });
}

/** All samples of a data set, in order. */
export function evaluationBatches(recipe: Recipe, dataset: ImageDataset): Batches {
  const batchSize = Math.min(recipe.batchSize, dataset.count);
  return toBatches(dataset, { batchSize, ...preparation(recipe.data) });
}

function core({ network, objective, encode }: Model): {
  network: Module;
  loss: Objective["loss"];
  predict: Objective["scores"];
  encode: Encode | undefined;
} {
  return { network, loss: objective.loss, predict: objective.scores, encode };
}

/** Options are checked here and now, batches made when they are asked for. */
function toBatches(dataset: ImageDataset, options: BatchOptions): Batches {
  const { channels, height, width } = dataset;
  const made = batches(dataset, options);
  return (function* () {
    for (const { inputs, labels, count } of made) {
      yield { inputs, labels, shape: [count, channels, height, width] };
    }
  })();
}

/** How many numbers are trained. */
export function countParameters(network: Module): number {
  return network.parameters().reduce((sum, parameter) => sum + parameter.size, 0);
}

/** What the engine runs on, for result.json. */
export function describeBackend(): string {
  return currentEngine().backend.description;
}
