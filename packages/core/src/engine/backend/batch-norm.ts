import { type Buffers, type LengthsOf, output } from "./lengths.ts";
import { imageLength, type ImageSize } from "./sizes.ts";

/** What `BatchNormBackend.backward` does. */
export interface NormaliseSpec {
  readonly eps: number;
  /**
   * Whether mean and variance are those of `x`, so that the gradient flows through them; else they are constants
   * (running statistics).
   */
  readonly batch: boolean;
}

/** Batch normalisation over planes and positions; outputs are storages of their own. */
export interface BatchNormBackend {
  /** Mean and biased variance of each channel. */
  statistics(size: ImageSize, buffers: Buffers<"x" | "mean" | "variance">): void;
  /** `y = (x - mean) / sqrt(variance + eps) * weight + bias`. */
  forward(
    size: ImageSize,
    buffers: Buffers<"x" | "mean" | "variance" | "weight" | "bias" | "y">,
    eps: number,
  ): void;
  /** The gradients of `forward`; with `batch`, mean and variance are differentiated too. */
  backward(
    size: ImageSize,
    buffers: Buffers<"x" | "mean" | "variance" | "weight" | "gy" | "gx" | "gWeight" | "gBias">,
    spec: NormaliseSpec,
  ): void;
  /** `running = (1 - momentum) running + momentum * factor * value`, in place. */
  updateRunning(
    channels: number,
    buffers: Buffers<"running" | "value">,
    rate: { readonly momentum: number; readonly factor: number },
  ): void;
}

const [values, channels] = [imageLength, (size: ImageSize): number => size.channels];
const given = { x: values, mean: channels, variance: channels, weight: channels };

/** Lengths of the buffers of `BatchNormBackend`. */
export const BATCH_NORM_LENGTHS: LengthsOf<BatchNormBackend> = {
  statistics: { x: values, mean: output(channels), variance: output(channels) },
  forward: { ...given, bias: channels, y: output(values) },
  backward: {
    ...given,
    ...{ gy: values, gx: output(values), gWeight: output(channels), gBias: output(channels) },
  },
  updateRunning: { running: output((count) => count), value: (count) => count },
};
