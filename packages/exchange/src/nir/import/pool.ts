/** Pools on the core's layers. */
import { AvgPool2d, Module, type Tensor } from "@myelin/core";
import { conv2d, currentEngine, scale, sizeOf } from "@myelin/core/ops";
import { layer, type Part, stateless } from "./part.ts";
import { counts, type PlacedNode, refuseNode, shapeText } from "./values.ts";
import { outSizes, pair, picker, requireModest, squareOf, type Window } from "./window.ts";

/** The part of a SumPool2d or AvgPool2d node; zeros around the image count in the mean. */
export function poolPart(placed: PlacedNode, input: readonly number[]): Part {
  if (input.length !== 3) refuseNode(placed, "an input of 3 axes", shapeText(input));
  const kernel = pair(counts(placed, "kernel_size", 2, 1));
  const stride = pair(counts(placed, "stride", 2, 1));
  const padding = pair(counts(placed, "padding", 2, 0));
  const window = { kernel, stride, dilation: [1, 1] as const, padding: { before: padding, behind: padding } };
  const output = [input[0]!, ...outSizes(placed, window, input)];
  const area = kernel[0] * kernel[1];
  const isSum = placed.node.type === "SumPool2d";
  const isSquare = [kernel, stride, padding].every(([height, width]) => height === width);
  if (isSquare && 2 * padding[0] <= kernel[0] && (!isSum || Number.isInteger(Math.log2(area)))) {
    const pool = new AvgPool2d({ kernelSize: kernel[0], stride: stride[0], padding: padding[0] });
    // The factor is a power of two, so that sums of spikes stay whole.
    if (isSum) return stateless(input, output, (x) => scale(pool.forward(x), area), pool);
    return layer(input, output, pool);
  }
  requireModest(placed, window, input[0]!);
  const module = new WindowSum(window, input[0]!, isSum ? 1 : 1 / area);
  const pick = picker(window, output);
  return stateless(input, output, (x) => pick(module.forward(x)), module);
}

/** Sums of windows, each channel by itself, times a factor. */
class WindowSum extends Module {
  readonly weight: Tensor;
  readonly #options: { readonly stride: number; readonly padding: number; readonly groups: number };

  constructor(window: Window, channels: number, factor: number) {
    super();
    const { kernel, stride, padding, at } = squareOf(window);
    const weight = new Float32Array(channels * sizeOf(kernel));
    for (let channel = 0; channel < channels; channel++) {
      for (let i = 0; i < window.kernel[0]; i++) {
        for (let j = 0; j < window.kernel[1]; j++) weight[channel * sizeOf(kernel) + at(i, j)] = factor;
      }
    }
    this.weight = currentEngine().persistent([channels, 1, ...kernel]);
    this.weight.set(weight);
    this.#options = { stride, padding, groups: channels };
  }

  forward(x: Tensor): Tensor {
    return this.scoped(() => conv2d(x, this.weight, undefined, this.#options));
  }
}
