import { currentEngine, inEvaluation, noGrad, tensor } from "@myelin/core";
import { clipVote } from "@myelin/data";
import type { Model } from "./model.ts";
import { evaluationBatches, type Samples } from "./samples/index.ts";

/**
 * The share of recordings of which more than half of the clips are classified right; nothing unless recordings give
 * several samples each.
 *
 * @source the released code of Yao et al., ICCV 2023
 */
export async function recordingAccuracy(
  { network, objective, recipe }: Model,
  samples: Samples,
): Promise<{ recordingAccuracy?: number }> {
  const { clips = 1 } = samples;
  if (clips === 1) return {};
  const correct: number[] = [];
  await inEvaluation(network, async () => {
    for await (const { inputs, shape, labels } of evaluationBatches(samples, recipe.batchSize)) {
      const scores = await currentEngine().step(() =>
        noGrad(currentEngine(), () => objective.scores(network.forward(tensor(inputs, shape)))).data(),
      );
      const classes = scores.length / labels.length;
      labels.forEach((label, i) => {
        const row = scores.subarray(i * classes, (i + 1) * classes);
        correct.push(Number(row.indexOf(Math.max(...row)) === label));
      });
    }
  });
  const recognised = clipVote(correct, clips);
  return { recordingAccuracy: recognised.reduce((sum, vote) => sum + vote, 0) / recognised.length };
}
