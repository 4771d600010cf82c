/** Products with a weight matrix `[O, I]`; x is `[rows, I]`, y is `[rows, O]`. */
import type { LinearSize } from "../../backend.ts";

/** `y[r, o] = bias[o] + sum_i x[r, i] weight[o, i]`. */
export function linearForward(
  { rows, inputs, outputs }: LinearSize,
  x: Float64Array,
  weight: Float64Array,
  bias: Float64Array | null,
  y: Float64Array,
): void {
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < outputs; o++) {
      let sum = bias ? bias[o]! : 0;
      for (let i = 0; i < inputs; i++) sum += x[r * inputs + i]! * weight[o * inputs + i]!;
      y[r * outputs + o] = sum;
    }
  }
}

/** `gx[r, i] = sum_o gy[r, o] weight[o, i]`; the forward input is not needed here. */
export function linearInputGradient(
  { rows, inputs, outputs }: LinearSize,
  gy: Float64Array,
  weight: Float64Array,
  _x: Float64Array,
  gx: Float64Array,
): void {
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let o = 0; o < outputs; o++) sum += gy[r * outputs + o]! * weight[o * inputs + i]!;
      gx[r * inputs + i] = sum;
    }
  }
}

/** `gWeight[o, i] = sum_r gy[r, o] x[r, i]`. */
export function linearWeightGradient(
  { rows, inputs, outputs }: LinearSize,
  gy: Float64Array,
  x: Float64Array,
  gWeight: Float64Array,
): void {
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += gy[r * outputs + o]! * x[r * inputs + i]!;
      gWeight[o * inputs + i] = sum;
    }
  }
}
