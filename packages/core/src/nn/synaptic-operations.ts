import { checkInteger, checkNumbers, checkOptions, refuse } from "../checks.ts";
import {
  inScope,
  checkSizes,
  conv2d,
  type Conv2dSettings,
  linear,
  tensor,
  type Tensor,
} from "../engine/index.ts";

/** How often a layer's weights are used for one input. */
export interface SynapticOperations {
  /** Uses of all weights, for zeros too: the products of a dense layer. */
  readonly dense: number;
  /** Uses that can change the output: neither the input nor the weight is zero. */
  readonly active: number;
}

/** Weights as a dense array; those that are zero, or not there, do nothing. */
export interface DenseWeights {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * Counts for `y = W x`: every value of x meets the weights of its column.
 *
 * @param active f32 [..., I], 1 where the layer's input is not zero, else 0
 * @param weights [O, I], or [O, I, K] for K weights per connection
 */
export async function linearOperations(active: Tensor, weights: DenseWeights): Promise<SynapticOperations> {
  const { shape, values } = checkWeights("linearOperations", weights);
  const [outputs = 0, inputs = 0, each = 1] = shape;
  const used = countUsed(values, inputs, (at) => Math.floor(at / each) % inputs);
  const met = inScope("linearOperations", () => linear(active, tensor(used, [1, inputs])));
  return { dense: active.size * outputs * each, active: await total(met) };
}

/**
 * Counts for a convolution, exact at borders: taps that lie on padding are no operations.
 *
 * @param active f32 image [..., C, H, W], 1 where the layer's input is not zero, else 0
 * @param weights [O, C / groups, kH, kW]
 */
export async function convOperations(
  active: Tensor,
  weights: DenseWeights,
  options: Required<Conv2dSettings>,
): Promise<SynapticOperations> {
  checkWeights("convOperations", weights);
  checkOptions("convOperations", options, { stride: true, padding: true, groups: true });
  checkInteger("convOperations.stride", options.stride, { min: 1 });
  checkInteger("convOperations.padding", options.padding, { min: 0 });
  checkInteger("convOperations.groups", options.groups, { min: 1, max: weights.shape[0] ?? 1 });
  const [outputs = 0, inputs = 0, kernelHeight = 0, kernelWidth = 0] = weights.shape;
  const kernel = inputs * kernelHeight * kernelWidth;
  const perGroup = (outputs / options.groups) * kernel;
  const place = (at: number): number => Math.floor(at / perGroup) * kernel + (at % kernel);
  const used = countUsed(weights.values, options.groups * kernel, place);
  const shape = [options.groups, inputs, kernelHeight, kernelWidth];
  const met = inScope("convOperations", () => conv2d(active, asWeight(used, shape), undefined, options));
  const [, height = 0, width = 0] = active.shape.slice(-3);
  const planes = met.size / met.shape.slice(-3).reduce((product, n) => product * n, 1);
  const taps = tapsAlong(height, kernelHeight, options) * tapsAlong(width, kernelWidth, options);
  return { dense: planes * taps * inputs * outputs, active: await total(met) };
}

function checkWeights(owner: string, weights: DenseWeights): DenseWeights {
  checkOptions(owner, weights, { shape: true, values: true }, "{ shape, values }");
  checkNumbers(`${owner}.values`, weights.values);
  const size = checkSizes(`${owner}.shape`, weights.shape);
  if (size !== weights.values.length) refuse(`${owner}.values`, `${size} numbers`, weights.values);
  return weights;
}

/** How many weights that are not zero share each of `length` places. */
function countUsed(weights: ArrayLike<number>, length: number, place: (at: number) => number): Float32Array {
  const used = new Float32Array(length);
  for (let i = 0; i < weights.length; i++) if (weights[i] !== 0) used[place(i)]! += 1;
  return used;
}

/** A tensor of four axes that is no image. */
function asWeight(values: Float32Array, shape: readonly number[]): Tensor {
  return tensor(values, [values.length]).viewAs(shape);
}

/** Taps inside the image, over all windows along one axis. */
function tapsAlong(length: number, kernel: number, { stride, padding }: Required<Conv2dSettings>): number {
  let taps = 0;
  for (let start = -padding; start + kernel <= length + padding; start += stride) {
    taps += Math.max(0, Math.min(start + kernel, length) - Math.max(start, 0));
  }
  return taps;
}

async function total(counts: Tensor): Promise<number> {
  return (await counts.data()).reduce((sum, count) => sum + count, 0);
}
