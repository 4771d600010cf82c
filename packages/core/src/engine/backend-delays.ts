/**
 * The part of a backend that layers with delays need (Hammouamri et al., ICLR 2024). The rules of
 * backend.ts hold.
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
import type { ConvSize, ImageSize, Storage } from "./backend.ts";

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

/** Buffers of the forward pass. */
export interface DelayForward {
  readonly x: Storage;
  readonly weight: Storage;
  readonly position: Storage;
  readonly y: Storage;
}

/** Buffers of the backward pass; absent gradients are not wanted. */
export interface DelayBackward {
  readonly x: Storage;
  readonly weight: Storage;
  readonly position: Storage;
  readonly gy: Storage;
  readonly gx?: Storage | undefined;
  readonly gWeight?: Storage | undefined;
  /** Not for rounded positions, which have no gradient. */
  readonly gPosition?: Storage | undefined;
}

/** What a backend keeps from a forward pass for the backward pass of the same step. */
export type DelayMemory = object;

/** Operations of layers with delays; gradient methods overwrite their outputs. */
export interface DelayBackend {
  /**
   * @param keep whether a backward pass will follow
   * @returns what `backward` is to be called with
   */
  forward(
    size: DelaySize,
    kernel: DelayKernel,
    buffers: DelayForward,
    keep: boolean,
  ): DelayMemory | undefined;
  backward(
    size: DelaySize,
    kernel: DelayKernel,
    buffers: DelayBackward,
    memory: DelayMemory | undefined,
  ): void;
  /** Moves positions that are beyond `limit` to -limit or limit, in place. */
  clampPositions(position: Storage, limit: number): void;

  /**
   * The patches that a convolution of one group looks at, as rows: x image [planes, C, H, W] to
   * [planes, H' W', C kH kW], zero where a patch reaches into the padding.
   */
  patches(size: ConvSize, x: Storage, rows: Storage): void;
  /** The way back for gradients: what patches overlap in is added up. */
  patchesBackward(size: ConvSize, gRows: Storage, gx: Storage): void;
  /** Rows [planes, positions, channels] to an image [planes, channels, H, W], and back. */
  rowsToImage(size: ImageSize, rows: Storage, image: Storage): void;
  imageToRows(size: ImageSize, image: Storage, rows: Storage): void;
}
