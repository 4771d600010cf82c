import { buildEvaluator } from "../run/model.ts";
import { evaluationBatches, loadTest, requireSameTask } from "../run/samples/index.ts";
import { withTrained, type TrainedOptions } from "../run/trained.ts";
import { percent } from "./format.ts";

/** Options of `myelin eval`. */
export interface EvalFlags extends TrainedOptions {
  readonly data?: string;
  readonly json: boolean;
}

/** `myelin eval DIR`: accuracy, loss and firing rates of a run's newest checkpoint on test data. */
export async function runEval(path: string, flags: EvalFlags): Promise<void> {
  const { data, json, dataDir } = flags;
  await withTrained(path, flags, async ({ recipe, model, test, checkpoint }) => {
    const chosen = data === undefined ? test : await loadTest(recipe, dataDir, data);
    requireSameTask(chosen, test);
    const batches = evaluationBatches(chosen, recipe.batchSize);
    const { accuracy, loss, samples, firingRate } = await buildEvaluator(model).evaluate(batches);
    const result = { data: chosen.name, checkpoint, accuracy, loss, samples, firingRate };
    process.stdout.write(
      json
        ? `${JSON.stringify(result)}\n`
        : `${chosen.name}: accuracy ${percent(accuracy)}, loss ${loss.toFixed(4)}, ` +
            `firing rate ${percent(firingRate.mean)} (${samples} samples, ${checkpoint})\n`,
    );
  });
}
