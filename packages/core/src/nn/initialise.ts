import { checkNumber } from "../checks.ts";
import { checkSizes, currentEngine, parameter, type Tensor } from "../engine/index.ts";

/**
 * A parameter drawn from U(-b, b), b = 1 / sqrt(fanIn), with the current engine's generator.
 * This is PyTorch's default for linear and convolutional layers (He et al. 2015 with a = sqrt(5)).
 */
export function uniformParameter(shape: readonly number[], fanIn: number): Tensor {
  const size = checkSizes("uniformParameter.shape", shape);
  checkNumber("uniformParameter.fanIn", fanIn, { above: 0 });
  const bound = 1 / Math.sqrt(fanIn);
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
