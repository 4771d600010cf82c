import { createEngine, MyelinError } from "@myelin/core";
import type { Recipe } from "../recipe/index.ts";
import { restoreFound } from "./checkpoints.ts";
import { RunFolder } from "./folder.ts";
import { buildModel, type Model } from "../model/index.ts";
import { loadTest } from "./data/index.ts";
import { taskOf, type Task } from "./task.ts";

/** A run as its newest checkpoint left it. */
export interface Trained {
  readonly recipe: Recipe;
  readonly model: Model;
  /** What the network was built for. */
  readonly task: Task;
  /** Folder of the checkpoint. */
  readonly checkpoint: string;
}

/** Where the data are and what the engine may use. */
export interface TrainedOptions {
  readonly threads?: number;
  readonly dataDir?: string;
}

/**
 * Does something with the network of a run, on an engine that lasts as long.
 *
 * @throws MyelinError if the folder holds no run or no checkpoint
 * @throws FormatError if the checkpoint is damaged or belongs to another network or run
 */
export async function withTrained<T>(
  path: string,
  { threads, dataDir }: TrainedOptions,
  work: (trained: Trained) => Promise<T>,
): Promise<T> {
  const folder = new RunFolder(path);
  const recipe = await folder.recipe();
  const checkpoint = await folder.checkpoints.latest();
  if (checkpoint === undefined) {
    throw new MyelinError(`${path}: expected a checkpoint, got none. Train the run first, with --resume.`);
  }
  const task = (await folder.task()) ?? taskOf(await loadTest(recipe, { dataDir }));
  const engine = await createEngine({ seed: recipe.seed, wasm: { threads, wide: true } });
  try {
    const model = await buildModel(recipe, task);
    restoreFound(checkpoint, { network: model.network }, recipe);
    return await work({ recipe, model, task, checkpoint: checkpoint.folder });
  } finally {
    await engine.dispose();
  }
}
