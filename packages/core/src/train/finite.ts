import { LARGEST_FLOAT32, type Tensor } from "../engine/index.ts";
import { TrainingError } from "../errors.ts";
import type { Batch } from "./batch.ts";

/**
 * Refuses a batch whose values are not finite, before spikes hide them: a comparison with NaN is false. Costs one
 * pass over the values.
 *
 * @param where the batch, for the message
 * @throws TrainingError naming the first such value and its sample
 */
export function checkFiniteBatch({ inputs, shape, labels, targets }: Batch, where: string): void {
  const bad = firstNonFinite(inputs);
  if (bad !== -1) {
    const place = placeOf(bad, shape);
    const sample = place[batchAxis(shape, labels.length)];
    throw new TrainingError(
      `Trainer: expected the inputs to be finite ${where}, got ${inputs[bad]} in sample ${sample}, ` +
        `at [${place.join(", ")}] of [${shape.join(", ")}]. Look for it in the data and what prepares them.`,
    );
  }
  const badTarget = targets === undefined ? -1 : firstNonFinite(targets);
  if (targets === undefined || badTarget === -1) return;
  const sample = Math.floor((badTarget * labels.length) / targets.length);
  throw new TrainingError(
    `Trainer: expected finite targets ${where}, got ${targets[badTarget]} for sample ${sample}.`,
  );
}

/**
 * Refuses predictions that are not finite: their highest is none.
 * @throws TrainingError naming the first such value and its sample
 */
export function checkFinitePredictions(values: ArrayLike<number>, classes: number, where: string): void {
  const bad = firstNonFinite(values);
  if (bad === -1) return;
  const sample = Math.floor(bad / classes);
  throw new TrainingError(
    `Trainer: expected finite predictions ${where}, got ${values[bad]} for class ${bad % classes} of sample ${sample}. ` +
      "They come from `predict`, or from the output's mean over time.",
  );
}

/** Whether all values are finite, as float32: the reference backend computes in float64. */
export function isFiniteTensor({ engine, size, storage: x }: Tensor): boolean {
  const range = { min: -LARGEST_FLOAT32, max: LARGEST_FLOAT32 };
  return engine.backend.reduce.findOutside(size, { x }, range) === undefined;
}

/** Index of the first value that is not finite, or -1. The sum finds out quickly that there is none. */
function firstNonFinite(values: ArrayLike<number>): number {
  let [even, odd] = [0, 0];
  const pairs = values.length - (values.length % 2);
  for (let i = 0; i < pairs; i += 2) {
    even += (values[i] as number) * 0;
    odd += (values[i + 1] as number) * 0;
  }
  if (pairs < values.length) even += (values[pairs] as number) * 0;
  if (even + odd === 0) return -1;
  return Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
}

/** Indices of a value along the axes. */
function placeOf(index: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return place;
}

/** The axis of the samples: the first, or the second behind time. */
export function batchAxis(shape: readonly number[], samples: number): number {
  const standsInTime = shape.length === 3 || shape.length === 5;
  return shape[0] !== samples || (standsInTime && shape[1] === samples) ? 1 : 0;
}
