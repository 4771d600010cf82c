/** Planes (`T * B`, or `B`) of `channels` feature maps with `positions` (`H * W`) values each. */
export interface ImageSize {
  readonly planes: number;
  readonly channels: number;
  readonly positions: number;
}

/** How many values images hold. */
export function imageLength({ planes, channels, positions }: ImageSize): number {
  return planes * channels * positions;
}

/** A sequence of `steps` time steps of `size` values (`B * ...`). */
export interface SequenceSize {
  readonly steps: number;
  readonly size: number;
}

/** How many values a sequence holds. */
export function sequenceLength({ steps, size }: SequenceSize): number {
  return steps * size;
}

/** How many values a step holds. */
export function stepLength({ size }: SequenceSize): number {
  return size;
}

/** A window that slides over images, of a convolution or of pooling. */
export interface WindowSize {
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  readonly padding: number;
}
