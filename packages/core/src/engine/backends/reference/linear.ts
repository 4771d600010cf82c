/**
 * Products with a weight matrix `[O, I]`; x is `[rows, I]`, y is `[rows, O]`.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { LinearBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `LinearBackend`. */
export const linear: OnArrays<LinearBackend> = {
  /** `y[r, o] = bias[o] + sum_i x[r, i] weight[o, i]`. */
  forward({ rows, inputs, outputs }, { x, weight, bias, y }) {
    for (let r = 0; r < rows; r++) {
      for (let o = 0; o < outputs; o++) {
        let sum = bias ? bias[o]! : 0;
        for (let i = 0; i < inputs; i++) sum += x[r * inputs + i]! * weight[o * inputs + i]!;
        y[r * outputs + o] = sum;
      }
    }
  },

  /** `gx[r, i] = sum_o gy[r, o] weight[o, i]`; the forward input is not needed here. */
  usefulInputGradient({ rows, inputs, outputs }, { gy, weight, gx }) {
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < inputs; i++) {
        let sum = 0;
        for (let o = 0; o < outputs; o++) sum += gy[r * outputs + o]! * weight[o * inputs + i]!;
        gx[r * inputs + i] = sum;
      }
    }
  },

  /** `gWeight[o, i] = sum_r gy[r, o] x[r, i]`. */
  weightGradient({ rows, inputs, outputs }, { gy, x, gWeight }) {
    for (let o = 0; o < outputs; o++) {
      for (let i = 0; i < inputs; i++) {
        let sum = 0;
        for (let r = 0; r < rows; r++) sum += gy[r * outputs + o]! * x[r * inputs + i]!;
        gWeight[o * inputs + i] = sum;
      }
    }
  },
};
