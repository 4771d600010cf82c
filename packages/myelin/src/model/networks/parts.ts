/** Pieces of which the named networks are put together. */
import { LAYER_DEFAULTS } from "@myelin/core/defaults";
import type { WeightInit } from "@myelin/core/layers";
import type { AttentionRecipe, LayerRecipe } from "../../recipe/index.ts";

export const norm: LayerRecipe = { batchNorm: LAYER_DEFAULTS.BatchNorm };
export const neuron: LayerRecipe = { neuron: {} };
export const flatten: LayerRecipe = { flatten: {} };

/** A convolution with square kernels. */
export function convolution(
  outChannels: number,
  { bias = false, stride = 1, kernelSize = 3 }: { bias?: boolean; stride?: number; kernelSize?: 1 | 3 } = {},
): LayerRecipe {
  return {
    conv2d: { outChannels, kernelSize, stride, padding: (kernelSize - 1) / 2, groups: 1, bias },
  };
}

/** Pooling over windows of 2 x 2. */
export function pooling(kind: "max" | "average"): LayerRecipe {
  const window = { kernelSize: 2, stride: 2, padding: 0 };
  return kind === "max" ? { maxPool2d: window } : { avgPool2d: window };
}

/** A fully connected layer. */
export function linear(
  outFeatures: number,
  bias = true,
  init: WeightInit = LAYER_DEFAULTS.Linear.init,
): LayerRecipe {
  return { linear: { outFeatures, bias, init } };
}

/** Dropout with one mask for all steps, or with a new one each step. */
export function drop(p: number, { constantOverTime = true } = {}): LayerRecipe[] {
  return p === 0 ? [] : [{ dropout: { p, constantOverTime } }];
}

/** The mean of every `size` outputs, if there is more than one per class. */
export function voting(size: number): LayerRecipe[] {
  return size === 1 ? [] : [{ vote: { size } }];
}

/** Attention over the input of a neuron layer, if there is to be any. */
export function attended(attention: AttentionRecipe | false): LayerRecipe[] {
  return attention === false ? [] : [{ attention }];
}
