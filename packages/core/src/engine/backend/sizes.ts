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

/** What products are told besides the sizes of their operands. */
export interface SeparateSteps {
  /**
   * In evaluation: into how many time steps, one after the other, rows or planes are divided. The bits of a step must then
   * not depend on other steps, so that streams give those of whole sequences. Absent where a backward pass follows.
   */
  readonly separateSteps?: number | undefined;
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
