import type { RunFolder } from "./folder.ts";
import { forReport } from "./for-report.ts";
import type { Model } from "../model/index.ts";
import { confusionOf } from "./predictions.ts";
import { recordSamples } from "./observe/index.ts";
import type { Samples } from "./data/index.ts";

/**
 * Writes what a report shows of the test set, sample.json and confusion.json.
 *
 * @param predicted the class that the network takes each sample for
 */
export async function recordTest(
  folder: RunFolder,
  model: Model,
  test: Samples,
  predicted: readonly number[],
): Promise<void> {
  await forReport(folder, "the confusion matrix", () => folder.writeConfusion(confusionOf(predicted, test)));
  await forReport(folder, "samples of the test set", async () =>
    folder.writeSamples(await recordSamples(model, test)),
  );
}
