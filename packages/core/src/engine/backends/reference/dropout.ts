/**
 * Dropout from a counter-based mask.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { DropoutBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";
import { RANDOM_RANGE, randomBits } from "../../random.ts";

/** The operations of `DropoutBackend`. */
export const dropout: OnArrays<DropoutBackend> = {
  /**
   * `y = x / (1 - p)` where `randomBits(key, index) >= p 2^32`, else 0. The index counts logical places,
   * `((t B + b) C + c) positions + p`, and leaves out t when one mask serves all time steps.
   */
  apply(size, { x, y }, { p, constantOverTime, key }) {
    const stepSize = size.batch * size.channels * size.positions;
    for (let i = 0; i < size.steps * stepSize; i++) {
      const index = constantOverTime ? i % stepSize : i;
      y[i] = randomBits(key, index) >= p * RANDOM_RANGE ? x[i]! / (1 - p) : 0;
    }
  },
};
