import { type Buffers, type LengthsOf, output } from "./lengths.ts";
import type { SeparateSteps } from "./sizes.ts";

/** `y[r, o] = bias[o] + sum_i x[r, i] * weight[o, i]`. */
export interface LinearSize extends SeparateSteps {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Products with a weight matrix [outputs, inputs]; outputs are storages of their own. */
export interface LinearBackend {
  /** `y[r, o] = bias[o] + sum_i x[r, i] * weight[o, i]`; without a bias, from 0. */
  forward(size: LinearSize, buffers: Buffers<"x" | "weight" | "y", "bias">): void;
  /**
   * `gx[r, i] = sum_o gy[r, o] * weight[o, i]` where the gradient of `x` counts: `x` is the forward input, and where
   * the neuron that fired it will multiply its gradient by zero, a backend may leave zero.
   */
  usefulInputGradient(size: LinearSize, buffers: Buffers<"gy" | "weight" | "x" | "gx">): void;
  /** `gWeight[o, i] = sum_r gy[r, o] * x[r, i]`. */
  weightGradient(size: LinearSize, buffers: Buffers<"gy" | "x" | "gWeight">): void;
}

const x = ({ rows, inputs }: LinearSize): number => rows * inputs;
const y = ({ rows, outputs }: LinearSize): number => rows * outputs;
const weight = ({ inputs, outputs }: LinearSize): number => outputs * inputs;

/** Lengths of the buffers of `LinearBackend`. */
export const LINEAR_LENGTHS: LengthsOf<LinearBackend> = {
  forward: { x, weight, bias: ({ outputs }) => outputs, y: output(y) },
  usefulInputGradient: { gy: y, weight, x, gx: output(x) },
  weightGradient: { gy: y, x, gWeight: output(weight) },
};
