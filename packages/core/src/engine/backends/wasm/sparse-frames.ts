import type { ConvSize } from "../../backend.ts";
import { frame } from "./frame.ts";

/** Where output pixels look at x; see `Window` in assembly/sparse.ts. */
export function patches(size: ConvSize): number[] {
  const { inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, stride, padding } = size;
  const images = [size.inChannels, inHeight, inWidth, outHeight, outWidth];
  return [...images, kernelHeight, kernelWidth, stride, padding, 0];
}

/** Where input pixels look at gy. */
export function contributions(size: ConvSize): number[] {
  const { inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, stride, padding } = size;
  const images = [size.outChannels, outHeight, outWidth, inHeight, inWidth];
  return [...images, kernelHeight, kernelWidth, stride, padding, 1];
}

/** Output pixels as they are. */
export function straight({ outChannels, outHeight, outWidth }: ConvSize): number[] {
  return [outChannels, outHeight, outWidth, outHeight, outWidth, 1, 1, 1, 0, 0];
}

/** See `Reach` in assembly/sparse-events.ts. */
export function reach(size: ConvSize): number[] {
  return [...frame(size), size.outChannels];
}
