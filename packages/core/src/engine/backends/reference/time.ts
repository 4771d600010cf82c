/**
 * Sequences `[T, size]` to and from single steps `[size]`.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { TimeBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";
import { exceeds } from "./elementwise.ts";

/** The operations of `TimeBackend`. */
export const time: OnArrays<TimeBackend> = {
  /** `y[t] = x`. */
  repeat({ steps, size }, { x, y }) {
    for (let t = 0; t < steps; t++) {
      for (let e = 0; e < size; e++) y[t * size + e] = x[e]!;
    }
  },

  /** `y = factor sum_t x[t]`. */
  sum({ steps, size }, { x, y }, factor) {
    for (let e = 0; e < size; e++) {
      let sum = 0;
      for (let t = 0; t < steps; t++) sum += x[t * size + e]!;
      y[e] = factor * sum;
    }
  },

  /** `y = max_t x[t]`; `winner` is the first such t. */
  max({ steps, size }, { x, y, winner }) {
    for (let e = 0; e < size; e++) {
      let first = 0;
      for (let t = 1; t < steps; t++) {
        if (exceeds(x[t * size + e]!, x[first * size + e]!)) first = t;
      }
      y[e] = x[first * size + e]!;
      winner[e] = first;
    }
  },

  /** The gradient of a maximum goes to its winner. */
  maxBackward({ steps, size }, { gy, winner, gx }) {
    for (let t = 0; t < steps; t++) {
      for (let e = 0; e < size; e++) gx[t * size + e] = winner[e] === t ? gy[e]! : 0;
    }
  },
};
