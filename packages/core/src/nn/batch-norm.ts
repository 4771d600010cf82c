import { checkInteger, checkNumber, checkOptions } from "../checks.ts";
import { batchNorm, type Tensor } from "../engine/index.ts";
import { LAYER_DEFAULTS } from "./defaults.ts";
import { constantBuffer, constantParameter } from "./initialise.ts";
import { Module } from "./module.ts";
import { inTraining, type StreamObstacle } from "./stream.ts";

/** Options of `BatchNorm`. */
export interface BatchNormOptions {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
  /** Share of the newest batch in the running statistics; default 0.1. */
  readonly momentum?: number;
}

/**
 * Batch normalisation of every feature (or channel) over time, batch and positions together.
 *
 *   y = (x - mean) / sqrt(variance + eps) * weight + bias
 *
 * Training uses the batch's mean and biased variance and updates
 * `running = (1 - momentum) running + momentum batch`, with the unbiased variance, as PyTorch does;
 * evaluation uses the running statistics. They start at 0 and 1.
 *
 * @param x f32 [T, B, N] or [T, B, C, H, W], or without time [B, N] or [B, C, H, W]
 * @returns f32, the shape of `x`
 * @throws ShapeError if N or C differs from `numFeatures`, or training has a single value for each of them
 * @source Ioffe & Szegedy 2015, algorithm 1; statistics over time and batch as in SpikingJelly's multi-step layers
 */
export class BatchNorm extends Module {
  readonly numFeatures: number;
  readonly eps: number;
  readonly momentum: number;
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly runningMean: Tensor;
  readonly runningVar: Tensor;

  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super();
    checkOptions("BatchNorm", options, { eps: true, momentum: true });
    this.numFeatures = checkInteger("BatchNorm.numFeatures", numFeatures, { min: 1 });
    this.eps = checkNumber("BatchNorm.eps", options.eps ?? LAYER_DEFAULTS.BatchNorm.eps, { above: 0 });
    this.momentum = checkNumber("BatchNorm.momentum", options.momentum ?? LAYER_DEFAULTS.BatchNorm.momentum, {
      min: 0,
      max: 1,
    });
    this.weight = constantParameter([numFeatures], 1);
    this.bias = constantParameter([numFeatures], 0);
    this.runningMean = constantBuffer([numFeatures], 0);
    this.runningVar = constantBuffer([numFeatures], 1);
  }

  override get streamObstacle(): StreamObstacle | undefined {
    return this.training ? inTraining("normalises by the statistics of whole batches") : undefined;
  }

  forward(x: Tensor): Tensor {
    const { training, momentum, eps } = this;
    const running = { mean: this.runningMean, variance: this.runningVar };
    return this.scoped(() => batchNorm(x, this.weight, this.bias, running, { training, momentum, eps }));
  }
}
