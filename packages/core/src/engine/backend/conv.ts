import { type Buffers, type LengthsOf, output } from "./lengths.ts";
import type { SeparateSteps, WindowSize } from "./sizes.ts";

/** A two-dimensional convolution over `planes` images. */
export interface ConvSize extends WindowSize, SeparateSteps {
  readonly planes: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
}

/** Cross-correlations with weights [outChannels, inChannels / groups, kH, kW]; outputs are storages of their own. */
export interface ConvBackend {
  /** `y = x` correlated with `weight`, plus `bias[o]` per output channel. */
  forward(size: ConvSize, buffers: Buffers<"x" | "weight" | "y", "bias">): void;
  /** As `LinearBackend.usefulInputGradient`. */
  usefulInputGradient(size: ConvSize, buffers: Buffers<"gy" | "weight" | "x" | "gx">): void;
  /** The gradient of `forward` for the weight, summed over planes and positions. */
  weightGradient(size: ConvSize, buffers: Buffers<"gy" | "x" | "gWeight">): void;
}

/** How many values a convolution's input holds. */
export function convInput({ planes, inChannels, inHeight, inWidth }: ConvSize): number {
  return planes * inChannels * inHeight * inWidth;
}

/** How many values a convolution's output holds. */
export function convOutput({ planes, outChannels, outHeight, outWidth }: ConvSize): number {
  return planes * outChannels * outHeight * outWidth;
}

/** How many values of a patch one output channel sees. */
export function patchLength({ inChannels, groups, kernelHeight, kernelWidth }: ConvSize): number {
  return (inChannels / groups) * kernelHeight * kernelWidth;
}

const weight = (size: ConvSize): number => size.outChannels * patchLength(size);

/** Lengths of the buffers of `ConvBackend`. */
export const CONV_LENGTHS: LengthsOf<ConvBackend> = {
  forward: { x: convInput, weight, bias: ({ outChannels }) => outChannels, y: output(convOutput) },
  usefulInputGradient: { gy: convOutput, weight, x: convInput, gx: output(convInput) },
  weightGradient: { gy: convOutput, x: convInput, gWeight: output(weight) },
};
