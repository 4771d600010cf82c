import { TrainingError } from "../errors.ts";

/**
 * What each part of a step counts: the losses times their shares add up to the loss of all samples together.
 *
 * @param weights what each part's loss was divided by when its mean was taken
 * @throws TrainingError if a weight is not a number >= 0, or all of them are 0
 */
export function sharesOf(weights: readonly number[]): readonly number[] {
  if (weights.length === 1) return [1];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const bad = weights.find((weight) => !Number.isFinite(weight) || weight < 0);
  if (bad !== undefined || total === 0) {
    throw new TrainingError(
      `Trainer.batchWeight: expected numbers >= 0 that are not all 0, got ${weights.join(", ")}. ` +
        "It is the number of samples, or the sum of their weights.",
    );
  }
  return weights.map((weight) => weight / total);
}
