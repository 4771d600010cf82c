/** Dropout from a counter-based mask. */
import type { DropoutOptions, DropoutSize } from "../../backend.ts";
import { RANDOM_RANGE, randomBits } from "../../random.ts";

/**
 * `y = x / (1 - p)` where `randomBits(key, index) >= p 2^32`, else 0. The index counts logical places,
 * `((t B + b) C + c) positions + p`, and leaves out t when one mask serves all time steps.
 */
export function dropout(
  size: DropoutSize,
  { p, constantOverTime, key }: DropoutOptions,
  x: Float64Array,
  y: Float64Array,
): void {
  const stepSize = size.batch * size.channels * size.positions;
  for (let i = 0; i < size.steps * stepSize; i++) {
    const index = constantOverTime ? i % stepSize : i;
    y[i] = randomBits(key, index) >= p * RANDOM_RANGE ? x[i]! / (1 - p) : 0;
  }
}
