import { clipVote } from "@myelin/data";
import type { Samples } from "./data/index.ts";

/**
 * The share of recordings of which more than half of the clips are classified right; nothing unless recordings give
 * several samples each.
 *
 * @param predicted the class that each sample was taken for
 * @source the released code of Yao et al., ICCV 2023
 */
export function recordingAccuracy(
  predicted: readonly number[],
  { clips = 1, labels }: Pick<Samples, "clips" | "labels">,
): { recordingAccuracy?: number } {
  if (clips === 1) return {};
  const recognised = clipVote(
    predicted.map((label, i) => Number(label === labels[i])),
    clips,
  );
  return { recordingAccuracy: recognised.reduce((sum, vote) => sum + vote, 0) / recognised.length };
}
