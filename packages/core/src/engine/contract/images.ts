import type { ConvSize, ImageSize, PoolSize } from "../backend.ts";

/** Numbers of images. */
export function imageLength({ planes, channels, positions }: ImageSize): number {
  return planes * channels * positions;
}

/** Numbers of a convolution's input. */
export function convInput({ planes, inChannels, inHeight, inWidth }: ConvSize): number {
  return planes * inChannels * inHeight * inWidth;
}

/** Numbers of a convolution's output. */
export function convOutput({ planes, outChannels, outHeight, outWidth }: ConvSize): number {
  return planes * outChannels * outHeight * outWidth;
}

/** Numbers of a patch that one output channel sees. */
export function patchLength({ inChannels, groups, kernelHeight, kernelWidth }: ConvSize): number {
  return (inChannels / groups) * kernelHeight * kernelWidth;
}

/** Numbers of a pooling's input. */
export function poolInput({ planes, channels, inHeight, inWidth }: PoolSize): number {
  return planes * channels * inHeight * inWidth;
}

/** Numbers of a pooling's output. */
export function poolOutput({ planes, channels, outHeight, outWidth }: PoolSize): number {
  return planes * channels * outHeight * outWidth;
}
