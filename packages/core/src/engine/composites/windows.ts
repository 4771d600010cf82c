import type { WindowSize } from "../backend/index.ts";

/** How many values a window sees of one channel. */
export function tapsOf({ kernelHeight, kernelWidth }: WindowSize): number {
  return kernelHeight * kernelWidth;
}

/** The input position that an output position sees by a tap; -1 in the padding. */
export function inputAt(size: WindowSize, output: number, tap: number): number {
  const { stride, padding, inHeight, inWidth, outWidth, kernelWidth } = size;
  const y = Math.floor(output / outWidth) * stride - padding + Math.floor(tap / kernelWidth);
  const x = (output % outWidth) * stride - padding + (tap % kernelWidth);
  return y >= 0 && y < inHeight && x >= 0 && x < inWidth ? y * inWidth + x : -1;
}

/** The output position that sees an input position by a tap; -1 where none does. */
export function outputAt(size: WindowSize, input: number, tap: number): number {
  const { stride, padding, inWidth, outHeight, outWidth, kernelWidth } = size;
  const y = (Math.floor(input / inWidth) + padding - Math.floor(tap / kernelWidth)) / stride;
  const x = ((input % inWidth) + padding - (tap % kernelWidth)) / stride;
  const isOutput =
    Number.isInteger(y) && Number.isInteger(x) && y >= 0 && y < outHeight && x >= 0 && x < outWidth;
  return isOutput ? y * outWidth + x : -1;
}
