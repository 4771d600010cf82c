import type { WindowSize } from "../backend/index.ts";

/**
 * A window that slides over images, with the outputs that it has; less than one where it does not fit. A stride beyond
 * the image is as long as the image, which gives the same: kernels count in 32 bits.
 */
export function slidingWindow(given: Omit<WindowSize, "outHeight" | "outWidth">): WindowSize {
  const { inHeight, inWidth, kernelHeight, kernelWidth, padding } = given;
  const [height, width] = [inHeight + 2 * padding, inWidth + 2 * padding];
  const stride = Math.min(given.stride, Math.max(height, width));
  const outHeight = Math.floor((height - kernelHeight) / stride) + 1;
  const outWidth = Math.floor((width - kernelWidth) / stride) + 1;
  return { inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth, stride, padding };
}
