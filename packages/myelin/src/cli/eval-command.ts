import { createEngine, MyelinError } from "@myelin/core";
import { restoreFound } from "../run/checkpoints.ts";
import { RunFolder } from "../run/folder.ts";
import { buildEvaluator, buildModel } from "../run/model.ts";
import { evaluationBatches, loadTest, requireSameTask } from "../run/samples/index.ts";
import { percent } from "./format.ts";

/** Options of `myelin eval`. */
export interface EvalFlags {
  readonly data?: string;
  readonly threads?: number;
  readonly json: boolean;
  readonly dataDir?: string;
}

/** `myelin eval DIR`: accuracy, loss and firing rates of a run's newest checkpoint on test data. */
export async function runEval(path: string, { data, threads, json, dataDir }: EvalFlags): Promise<void> {
  const folder = new RunFolder(path);
  const recipe = await folder.recipe();
  const checkpoint = await folder.checkpoints.latest();
  if (checkpoint === undefined) {
    throw new MyelinError(`${path}: expected a checkpoint, got none. Train the run first, with --resume.`);
  }
  const trainedOn = await loadTest(recipe, dataDir);
  const chosen = data === undefined ? trainedOn : await loadTest(recipe, dataDir, data);
  requireSameTask(chosen, trainedOn);
  const engine = await createEngine({ seed: recipe.seed, ...(threads !== undefined && { threads }) });
  try {
    const model = await buildModel(recipe, trainedOn);
    restoreFound(checkpoint, { network: model.network });
    const batches = evaluationBatches(chosen, recipe.batchSize);
    const { accuracy, loss, samples, firingRate } = await buildEvaluator(model).evaluate(batches);
    const result = { data: chosen.name, checkpoint: checkpoint.folder, accuracy, loss, samples, firingRate };
    process.stdout.write(
      json
        ? `${JSON.stringify(result)}\n`
        : `${chosen.name}: accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}, ` +
            `firing rate ${percent(firingRate.mean)} (${samples} samples, ${checkpoint.folder})\n`,
    );
  } finally {
    await engine.dispose();
  }
}
