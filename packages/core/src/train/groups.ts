import type { Batch } from "./batch.ts";
import { checkedBatches } from "./check-options.ts";
import type { BatchInPieces, BatchSource } from "./pieces.ts";

/** Batches in groups of `size`, in order; the last group may be smaller. */
export async function* grouped(
  batches: BatchSource,
  size: number,
): AsyncGenerator<readonly (Batch | BatchInPieces)[]> {
  let group: (Batch | BatchInPieces)[] = [];
  for await (const batch of checkedBatches("Trainer.batches", batches)) {
    group.push(batch);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
