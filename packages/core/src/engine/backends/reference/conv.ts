/**
 * Two-dimensional convolution. x is `[planes, C, H, W]`, y is `[planes, O, H', W']`, the weight is
 * `[O, C / groups, kH, kW]`; output channel o reads the input channels of its group only.
 *
 *   y[n, o, v, u] = bias[o] + sum_{c, j, i} x[n, c, v stride + j - padding, u stride + i - padding] weight[o, c, j, i]
 *
 * The sum is bilinear in x and weight, so forward pass and both gradients visit the same triples of places.
 */
import type { ConvBackend, ConvSize, WindowSize } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** The operations of `ConvBackend`. */
export const conv: OnArrays<ConvBackend> = {
  /** Starts from the bias and adds all products. */
  forward(size, { x, weight, bias, y }) {
    const positions = size.outHeight * size.outWidth;
    for (let i = 0; i < y.length; i++) y[i] = bias ? bias[Math.floor(i / positions) % size.outChannels]! : 0;
    forEachProduct(size, (yAt, xAt, weightAt) => (y[yAt]! += x[xAt]! * weight[weightAt]!));
  },

  /** `gx = sum over the outputs a value went to of gy weight`. */
  usefulInputGradient(size, { gy, weight, gx }) {
    gx.fill(0);
    forEachProduct(size, (yAt, xAt, weightAt) => (gx[xAt]! += gy[yAt]! * weight[weightAt]!));
  },

  /** `gWeight = sum over the outputs a weight served of gy x`. */
  weightGradient(size, { gy, x, gWeight }) {
    gWeight.fill(0);
    forEachProduct(size, (yAt, xAt, weightAt) => (gWeight[weightAt]! += gy[yAt]! * x[xAt]!));
  },
};

/** Visits each product of the convolution: where its output, its input and its weight are. */
function forEachProduct(size: ConvSize, visit: (yAt: number, xAt: number, weightAt: number) => void): void {
  const inputsOfGroup = size.inChannels / size.groups;
  const outputsOfGroup = size.outChannels / size.groups;
  for (let n = 0; n < size.planes; n++) {
    for (let o = 0; o < size.outChannels; o++) {
      const firstInput = Math.floor(o / outputsOfGroup) * inputsOfGroup;
      for (let c = 0; c < inputsOfGroup; c++) {
        forEachTap(size, (yPosition, xPosition, tap) => {
          const yAt = (n * size.outChannels + o) * size.outHeight * size.outWidth + yPosition;
          const xAt = (n * size.inChannels + firstInput + c) * size.inHeight * size.inWidth + xPosition;
          visit(yAt, xAt, (o * inputsOfGroup + c) * size.kernelHeight * size.kernelWidth + tap);
        });
      }
    }
  }
}

/**
 * Visits each output position of one feature map with each tap of its window that is not in the padding:
 * output position, input position and tap are row-major.
 */
export function forEachTap(
  size: WindowSize,
  visit: (yPosition: number, xPosition: number, tap: number) => void,
): void {
  for (let v = 0; v < size.outHeight; v++) {
    for (let u = 0; u < size.outWidth; u++) {
      for (let j = 0; j < size.kernelHeight; j++) {
        for (let i = 0; i < size.kernelWidth; i++) {
          const row = v * size.stride + j - size.padding;
          const column = u * size.stride + i - size.padding;
          if (row < 0 || row >= size.inHeight || column < 0 || column >= size.inWidth) continue;
          visit(v * size.outWidth + u, row * size.inWidth + column, j * size.kernelWidth + i);
        }
      }
    }
  }
}
