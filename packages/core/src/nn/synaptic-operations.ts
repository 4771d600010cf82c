import { conv2d, type Conv2dOptions, linear, tensor, type Tensor } from "../engine/index.ts";

/** How often a layer's weights are used for one input. */
export interface SynapticOperations {
  /** Uses of all weights, for zeros too: the products of a dense layer. */
  readonly dense: number;
  /** Uses that can change the output: neither the input nor the weight is zero. */
  readonly active: number;
}

/**
 * Counts for `y = W x`: every value of x meets one weight an output.
 *
 * @param active f32 [..., I], 1 where the layer's input is not zero, else 0
 * @param weight f32 [O, I]
 */
export async function linearOperations(active: Tensor, weight: Tensor): Promise<SynapticOperations> {
  const [outputs = 0, inputs = 0] = weight.shape;
  const used = usedWeights(await weight.data(), 1, outputs, inputs);
  const met = linear(active, tensor(used, [1, inputs]), undefined, "linearOperations");
  return { dense: active.size * outputs, active: await total(met) };
}

/**
 * Counts for a convolution, exact at borders: taps that lie on padding are no operations.
 *
 * @param active f32 image [..., C, H, W], 1 where the layer's input is not zero, else 0
 * @param weight f32 [O, C / groups, kH, kW]
 */
export async function convOperations(
  active: Tensor,
  weight: Tensor,
  options: Required<Conv2dOptions>,
): Promise<SynapticOperations> {
  const [outputs = 0, inputs = 0, kernelHeight = 0, kernelWidth = 0] = weight.shape;
  const { groups } = options;
  const shape = [groups, inputs, kernelHeight, kernelWidth];
  const used = usedWeights(await weight.data(), groups, outputs / groups, weight.size / outputs);
  const met = conv2d(active, asWeight(used, shape), undefined, options, "convOperations");
  const [, height = 0, width = 0] = active.shape.slice(-3);
  const planes = met.size / met.shape.slice(-3).reduce((product, n) => product * n, 1);
  const taps = tapsAlong(height, kernelHeight, options) * tapsAlong(width, kernelWidth, options);
  return { dense: planes * taps * inputs * outputs, active: await total(met) };
}

/** For each weight of [groups, outputs, rest], how many of the outputs of its group have one that is not zero. */
function usedWeights(weight: Float32Array, groups: number, outputs: number, rest: number): Float32Array {
  const used = new Float32Array(groups * rest);
  for (let i = 0; i < weight.length; i++) {
    const group = Math.floor(i / (outputs * rest));
    if (weight[i] !== 0) used[group * rest + (i % rest)]! += 1;
  }
  return used;
}

/** A tensor of four axes that is no image. */
function asWeight(values: Float32Array, shape: readonly number[]): Tensor {
  return tensor(values, [values.length]).viewAs(shape);
}

/** Taps inside the image, over all windows along one axis. */
function tapsAlong(length: number, kernel: number, { stride, padding }: Required<Conv2dOptions>): number {
  let taps = 0;
  for (let start = -padding; start + kernel <= length + padding; start += stride) {
    taps += Math.max(0, Math.min(start + kernel, length) - Math.max(start, 0));
  }
  return taps;
}

async function total(counts: Tensor): Promise<number> {
  return (await counts.data()).reduce((sum, count) => sum + count, 0);
}
