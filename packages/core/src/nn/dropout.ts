import { checkBoolean, checkNumber, checkOptions } from "../checks.ts";
import { currentEngine, dropout, type Tensor } from "../engine/index.ts";
import { LAYER_DEFAULTS } from "./defaults.ts";
import { Module } from "./module.ts";
import { inTraining, type StreamObstacle } from "./stream.ts";

/** Options of `Dropout`. */
export interface DropoutOptions {
  /**
   * Draw one mask per sample and use it for all time steps (default); otherwise a fresh one each step.
   */
  readonly constantOverTime?: boolean;
}

/**
 * Sets values to zero with probability `p` and divides the others by 1 - p; does nothing in evaluation.
 *
 * A mask that changes every step averages out over time, so the default keeps one per sample.
 *
 * Samples without a time axis, [B, N] and [B, C, H, W], are one step: each sample has a mask of its own.
 *
 * @param x f32 [T, B, ...], [B, N] or [B, C, H, W]
 * @returns f32, the shape of `x`
 * @throws ShapeError if `x` has no batch axis
 * @source Srivastava et al. 2014; constant masks: Lee et al. 2020, "Enabling spike-based backpropagation
 * for training deep neural network architectures"
 */
export class Dropout extends Module {
  readonly p: number;
  readonly constantOverTime: boolean;

  constructor(p = 0.5, options: DropoutOptions = {}) {
    super();
    checkOptions("Dropout", options, { constantOverTime: true });
    this.p = checkNumber("Dropout.p", p, { min: 0, below: 1 }, "p is the share of values that is dropped.");
    this.constantOverTime = checkBoolean(
      "Dropout.constantOverTime",
      options.constantOverTime ?? LAYER_DEFAULTS.Dropout.constantOverTime,
    );
  }

  override get streamObstacle(): StreamObstacle | undefined {
    return this.training && this.p > 0 ? inTraining("drops values at random") : undefined;
  }

  forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x;
    const key = currentEngine().random.nextUint32();
    return this.scoped(() => dropout(x, { p: this.p, constantOverTime: this.constantOverTime, key }));
  }
}
