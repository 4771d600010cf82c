import { checkNumber, checkOneOf } from "../checks.ts";
import { checkSizes, currentEngine, parameter, sizeOf, type Tensor } from "../engine/index.ts";

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
  checkSizes("uniformParameter.shape", shape);
  checkNumber("uniformParameter.fanIn", fanIn, { above: 0 });
  checkOneOf("uniformParameter.init", init, WEIGHT_INITS);
  const bound = init === "kaiming" ? Math.sqrt(6 / fanIn) : 1 / Math.sqrt(fanIn);
  return drawn(shape, (u) => bound * (2 * u - 1));
}

/** A parameter drawn from U(low, high) with the current engine's generator. */
export function rangeParameter(shape: readonly number[], low: number, high: number): Tensor {
  checkSizes("rangeParameter.shape", shape);
  checkNumber("rangeParameter.low", low, {});
  checkNumber("rangeParameter.high", high, { min: low });
  return drawn(shape, (u) => low + (high - low) * u);
}

/** @param value what becomes of a number that is drawn from U(0, 1) */
function drawn(shape: readonly number[], value: (u: number) => number): Tensor {
  const random = currentEngine().random;
  const values = Float32Array.from({ length: sizeOf(shape) }, () => value(random.uniform()));
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
