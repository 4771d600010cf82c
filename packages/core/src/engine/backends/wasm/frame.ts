import type { ConvSize, PoolSize } from "../../backend.ts";

/** How a kernel slides over images; see `Frame` in assembly/frame.ts. */
export function frame(size: ConvSize | PoolSize): number[] {
  const { inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, stride, padding } = size;
  return [inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, stride, padding];
}
