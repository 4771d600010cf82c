import type { Recipe } from "../recipe/index.ts";
import type { EpochMetrics, TrainingMetrics } from "./metrics.ts";
import type { PicturesRecord } from "./pictures.ts";
import type { Result } from "./result.ts";
import type { ConfusionRecord, SamplesRecord } from "./samples.ts";

/** Everything a report is made of. */
export interface RunRecord {
  readonly recipe: Recipe;
  readonly metrics: readonly (TrainingMetrics | EpochMetrics)[];
  readonly result?: Result | undefined;
  readonly samples?: SamplesRecord | undefined;
  readonly confusion?: ConfusionRecord | undefined;
  readonly pictures?: PicturesRecord | undefined;
}
