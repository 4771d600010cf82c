import { checkNumber, checkOneOf } from "../checks.ts";
import { checkSizes, currentEngine, parameter, type Tensor } from "../engine/index.ts";

/**
 * What first weights are drawn from, U(-b, b), with the number of inputs of an output, fanIn:
 *
 * - `default`: b = 1 / sqrt(fanIn), PyTorch's default for linear and convolutional layers
 * - `kaiming`: b = sqrt(6 / fanIn), which keeps the variance where half of the outputs are cut to 0
 *
 * @source He, Zhang, Ren & Sun, ICCV 2015
 */
export type WeightInit = "default" | "kaiming";

/** Names of the ways to draw first weights. */
export const WEIGHT_INITS: readonly WeightInit[] = ["default", "kaiming"];

/** A parameter drawn from U(-b, b) with the current engine's generator; `init` says what b is. */
export function uniformParameter(
  shape: readonly number[],
  fanIn: number,
  init: WeightInit = "default",
): Tensor {
  const size = checkSizes("uniformParameter.shape", shape);
  checkNumber("uniformParameter.fanIn", fanIn, { above: 0 });
  checkOneOf("uniformParameter.init", init, WEIGHT_INITS);
  const bound = init === "kaiming" ? Math.sqrt(6 / fanIn) : 1 / Math.sqrt(fanIn);
  const random = currentEngine().random;
  const values = new Float32Array(size);
  for (let i = 0; i < values.length; i++) values[i] = bound * (2 * random.uniform() - 1);
  return parameter(values, shape);
}

/** A parameter whose values are all `value`. */
export function constantParameter(shape: readonly number[], value: number): Tensor {
  checkNumber("constantParameter.value", value, {});
  return parameter(new Float32Array(checkSizes("constantParameter.shape", shape)).fill(value), shape);
}

/** A tensor that is saved with the network but not trained; its values are all `value`. */
export function constantBuffer(shape: readonly number[], value: number): Tensor {
  checkNumber("constantBuffer.value", value, {});
  const size = checkSizes("constantBuffer.shape", shape);
  const buffer = currentEngine().persistent(shape);
  buffer.set(new Float32Array(size).fill(value));
  return buffer;
}
