import { neurobenchMetrics } from "@myelin/exchange";
import {
  recordingAccuracy,
  predictClasses,
  buildEvaluator,
  evaluationBatches,
  loadTest,
  requireSameTask,
  taskOf,
  withTrained,
  type TrainedOptions,
} from "../run/index.ts";
import { partText } from "../records/index.ts";
import { percent, plural } from "../format.ts";
import { watchWarnings } from "./watchers.ts";

/** Options of `myelin eval`. */
export interface EvalFlags extends TrainedOptions {
  readonly data?: string;
  readonly json: boolean;
}

/** `myelin eval DIR`: accuracy, loss and firing rates of a run's newest checkpoint on test data. */
export async function runEval(path: string, flags: EvalFlags): Promise<void> {
  const { data, json, dataDir } = flags;
  watchWarnings({ note: (text) => process.stderr.write(`${text}\n`) });
  await withTrained(path, flags, async ({ recipe, model, task, checkpoint }) => {
    const chosen = await loadTest(recipe, { dataDir, table: task }, data);
    requireSameTask(taskOf(chosen), task);
    const batches = () => evaluationBatches(chosen, recipe.batchSize);
    const { accuracy, loss, samples, firingRate } = await buildEvaluator(model).evaluate(batches());
    const recordings =
      (chosen.clips ?? 1) > 1 ? recordingAccuracy(await predictClasses(model, chosen), chosen) : {};
    const { name, part } = chosen;
    const result = {
      data: name,
      ...(part && { testPart: part }),
      checkpoint,
      accuracy,
      loss,
      samples,
      firingRate,
      ...recordings,
      // Counting takes a pass of its own, for programs only.
      ...(json && {
        neurobench: await neurobenchMetrics(model.network, batches(), { encode: model.encode }),
      }),
    };
    process.stdout.write(
      json
        ? `${JSON.stringify(result)}\n`
        : `${name}${partText(part)}: accuracy ${percent(accuracy)}${ofRecordings(recordings)}, loss ${loss.toFixed(4)}, ` +
            `firing rate ${percent(firingRate?.mean)} (${plural(samples, "sample")}, ${checkpoint})\n`,
    );
  });
}

/** The accuracy by the vote of a recording's clips, where recordings are cut into several. */
function ofRecordings({ recordingAccuracy: accuracy }: { readonly recordingAccuracy?: number }): string {
  return accuracy === undefined ? "" : ` of clips, ${percent(accuracy)} of recordings`;
}
