/**
 * Rows of equal length: chosen, put back, weighted.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { RowBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `RowBackend`. */
export const rows: OnArrays<RowBackend> = {
  /** `out[i] = x[index[i]]`. */
  gather(width, { x, index, out }) {
    index.forEach((from, i) => out.set(x.subarray(from * width, (from + 1) * width), i * width));
  },

  /** `out[index[i]] = x[i]`, and 0 in all other rows. */
  scatter(width, { x, index, out }) {
    out.fill(0);
    index.forEach((to, i) => out.set(x.subarray(i * width, (i + 1) * width), to * width));
  },

  /** `out[r] = weights[r] x[r]`, and `other` where the weight is 0. */
  scale(width, { x, weights, out }, other) {
    for (let i = 0; i < out.length; i++) {
      const weight = weights[Math.floor(i / width)]!;
      out[i] = weight === 0 ? other : weight * x[i]!;
    }
  },
};
