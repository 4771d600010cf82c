/**
 * Layers with delays (Hammouamri et al., ICLR 2024).
 *
 * A synapse (o, i) has `kernelCount` bumps k, each with a weight w and a position p, and acts on
 * its input as a kernel over `taps` = Kd time steps; tap s is a delay of Kd - 1 - s steps:
 *
 *   c         = p + (Kd - 1) / 2
 *   e[s]      = exp(-(s - c)^2 / (2 sigma^2))   ("gauss")   |   max(0, sigma - |s - c|)   ("max")
 *   X[s]      = e[s] / (sum_r e[r] + 1e-7)
 *   K[o,i,s]  = sum_k w[o,i,k] X[o,i,k,s]
 *   y[t,b,o]  = sum_{i,s} K[o,i,s] x[t + s - (Kd - 1), b, i]          x is zero outside 0 .. steps - 1
 */
import { convInput, type ConvSize, patchLength } from "./conv.ts";
import { type Buffers, type LengthsOf, output } from "./lengths.ts";

/** Sizes of a fully connected layer with delays; `x` is [steps, batch, inputs], `y` [outSteps, batch, outputs]. */
export interface DelaySize {
  readonly steps: number;
  readonly outSteps: number;
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Kd, odd. */
  readonly taps: number;
  readonly kernelCount: number;
  /** One position for all outputs of an input, [1, I, kernelCount], instead of [O, I, kernelCount]. */
  readonly sharedPositions: boolean;
}

/** The bump that stands for a delay. */
export interface DelayKernel {
  readonly shape: "gauss" | "max";
  /** Width of the bump: the sigma of the equations, greater than 0. */
  readonly sigma: number;
  /** Positions count rounded to the nearest tap (halves to even), which then has all the weight; `sigma` does not matter. */
  readonly rounded: boolean;
}

/** What a backend keeps from a forward pass for the backward pass of the same step. */
export type DelayMemory = object;

/** What the forward pass is told. */
export interface DelayForwardSpec {
  readonly kernel: DelayKernel;
  /** Whether a backward pass will follow. */
  readonly keep: boolean;
}

/** What the backward pass is told: the bump, and what `forward` returned. */
export interface DelayBackwardSpec {
  readonly kernel: DelayKernel;
  readonly memory: DelayMemory | undefined;
}

/** Buffers of the backward pass; absent gradients are not wanted, and rounded positions have none. */
export type DelayBackward = Buffers<"x" | "weight" | "position" | "gy", "gx" | "gWeight" | "gPosition">;

/** Operations of layers with delays; outputs are storages of their own. */
export interface DelayBackend {
  /** @returns what `backward` is to be called with */
  forward(
    size: DelaySize,
    buffers: Buffers<"x" | "weight" | "position" | "y">,
    spec: DelayForwardSpec,
  ): DelayMemory | undefined;
  /** The gradients that are wanted, from `gy` and what `forward` has returned. */
  backward(size: DelaySize, buffers: DelayBackward, spec: DelayBackwardSpec): void;
  /**
   * The patches that a convolution of one group looks at, as rows: x image [planes, C, H, W] to
   * [planes, H' W', C kH kW], zero where a patch reaches into the padding.
   */
  patches(size: ConvSize, buffers: Buffers<"x" | "rows">): void;
  /** The way back for gradients: what patches overlap in is added up. */
  patchesBackward(size: ConvSize, buffers: Buffers<"gRows" | "gx">): void;
}

const input = ({ steps, batch, inputs }: DelaySize): number => steps * batch * inputs;
const out = ({ outSteps, batch, outputs }: DelaySize): number => outSteps * batch * outputs;
const weight = ({ outputs, inputs, kernelCount }: DelaySize): number => outputs * inputs * kernelCount;
const position = (size: DelaySize): number =>
  size.sharedPositions ? size.inputs * size.kernelCount : weight(size);
const rows = (size: ConvSize): number => size.planes * size.outHeight * size.outWidth * patchLength(size);

/** Lengths of the buffers of `DelayBackend`. */
export const DELAY_LENGTHS: LengthsOf<DelayBackend> = {
  forward: { x: input, weight, position, y: output(out) },
  backward: {
    ...{ x: input, weight, position, gy: out },
    ...{ gx: output(input), gWeight: output(weight), gPosition: output(position) },
  },
  patches: { x: convInput, rows: output(rows) },
  patchesBackward: { gRows: rows, gx: output(convInput) },
};
