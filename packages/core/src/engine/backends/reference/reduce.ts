/**
 * Sums over all values, or per channel.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import { pairOf, type ReduceBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `ReduceBackend`. */
export const reduce: OnArrays<ReduceBackend> = {
  sum: (_length, { x, out }) => out.set([x.reduce((total, value) => total + value, 0)]),
  sumOfSquares: (_length, { x, out }) =>
    out.set(pairOf(x.reduce((total, value) => total + value * value, 0))),
  /** NaN is not zero. */
  countNonZero: (_length, { x, out }) =>
    out.set(pairOf(x.reduce((count, value) => count + Number(value !== 0), 0))),
  sumPerChannel({ planes, channels, positions }, { x, out }) {
    out.fill(0);
    for (let n = 0; n < planes; n++) {
      for (let c = 0; c < channels; c++) {
        for (let p = 0; p < positions; p++) out[c]! += x[(n * channels + c) * positions + p]!;
      }
    }
  },
  findOutside(_length, { x }, { min, max, whole = false }) {
    const index = x.findIndex(
      (value) => !(value >= min && value <= max) || (whole && !Number.isInteger(value)),
    );
    return index < 0 ? undefined : { index, value: x[index]! };
  },
};
