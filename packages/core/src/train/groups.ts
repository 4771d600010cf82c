import { TrainingError } from "../errors.ts";
import type { Batch, Batches } from "./batch.ts";
import { checkedBatches } from "./check-options.ts";

/** A batch and how much of its group's gradient it makes. */
export interface Part {
  readonly batch: Batch;
  /** Its weight by that of the group; 1 for a group of one. */
  readonly share: number;
  readonly isLast: boolean;
}

/** Batches in groups of `size`, in order; the last group may be smaller. */
export async function* grouped(batches: Batches, size: number): AsyncGenerator<readonly Batch[]> {
  let group: Batch[] = [];
  for await (const batch of checkedBatches("Trainer.batches", batches)) {
    group.push(batch);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/**
 * The parts of a group: the losses times their shares add up to the loss of all samples together.
 *
 * @param weigh what a batch's loss was divided by when its mean was taken; default: its number of samples
 * @throws TrainingError if a weight is not a number >= 0, or all of them are 0
 */
export function partsOf(
  group: readonly Batch[],
  weigh: (batch: Batch) => number = ({ labels }) => labels.length,
): Part[] {
  if (group.length === 1) return group.map((batch) => ({ batch, share: 1, isLast: true }));
  const weights = group.map(weigh);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const bad = weights.find((weight) => !Number.isFinite(weight) || weight < 0);
  if (bad !== undefined || total === 0) {
    throw new TrainingError(
      `Trainer.batchWeight: expected numbers >= 0 that are not all 0, got ${weights.join(", ")}. ` +
        "It is the number of samples, or the sum of their weights.",
    );
  }
  return group.map((batch, i) => ({
    batch,
    share: (weights[i] as number) / total,
    isLast: i === group.length - 1,
  }));
}
