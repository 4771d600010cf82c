import { noGrad, type Batch } from "@myelin/core";
import { inEvaluation } from "@myelin/core/layers";
import { currentEngine } from "@myelin/core/ops";
import { outputsOf } from "@myelin/core/runs";
import { evaluationKey, type StopSignal } from "@myelin/core/training";
import type { Model } from "../model/index.ts";
import { type ConfusionRecord, RECORD_VERSION } from "../records/index.ts";
import { evaluationBatches, type Samples } from "./data/index.ts";

/**
 * The class that the network takes each sample for, [count]: those that its accuracy counts.
 *
 * @param signal stops before the next batch; the samples from there on are missing
 */
export async function predictClasses(model: Model, samples: Samples, signal?: StopSignal): Promise<number[]> {
  const { network, recipe } = model;
  const predicted: number[] = [];
  await inEvaluation(network, async () => {
    let index = 0;
    for await (const batch of evaluationBatches(samples, recipe.batchSize)) {
      if (signal?.aborted) break;
      const key = evaluationKey(index++);
      const scores = await currentEngine().step(() => scoresOf(model, batch, key));
      const classes = scores.length / batch.labels.length;
      for (let row = 0; row < scores.length; row += classes) {
        const ofSample = scores.subarray(row, row + classes);
        predicted.push(ofSample.indexOf(Math.max(...ofSample)));
      }
    }
  });
  return predicted;
}

function scoresOf(model: Model, batch: Batch, key: number): Promise<Float32Array> {
  return noGrad(currentEngine(), () => model.objective.scores(outputsOf(model, batch, key))).data();
}

/** How many samples of each class were taken for each class. */
export function confusionOf(
  predicted: readonly number[],
  { labels, classNames }: Pick<Samples, "labels" | "classNames">,
): ConfusionRecord {
  const counts = classNames.map(() => classNames.map(() => 0));
  predicted.forEach((column, i) => {
    const row = counts[labels[i] ?? 0];
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  });
  return { version: RECORD_VERSION, classNames, counts };
}
