import { checkInteger } from "../checks.ts";
import { flatten, groupMean, repeatOverTime, runningStream, type Tensor } from "../engine/index.ts";
import { Module } from "./module.ts";

/** Joins channels and positions: [T, B, C, H, W] to [T, B, C H W] and [B, C, H, W] to [B, C H W], in that order. */
export class Flatten extends Module {
  forward(x: Tensor): Tensor {
    return this.scoped(() => flatten(x));
  }
}

/**
 * Constant current: repeats samples for `steps` time steps, [B, N] to [T, B, N] and images [B, C, H, W] to [T, B, C, H, W].
 *
 * @throws ShapeError if the input stands in time already
 */
export class RepeatOverTime extends Module {
  readonly steps: number;

  constructor(steps: number) {
    super();
    this.steps = checkInteger("RepeatOverTime.steps", steps, { min: 1 }, "It is the number of time steps T.");
  }

  forward(x: Tensor): Tensor {
    // In a stream each step brings its own samples.
    if (runningStream() !== undefined) return x;
    return this.scoped(() => repeatOverTime(x, this.steps));
  }
}

/**
 * Voting: the mean of every `groupSize` neighbours, [..., K groupSize] to [..., K].
 *
 * @source Fang et al., ICCV 2021 (PLIF): several output neurons per class
 */
export class Vote extends Module {
  readonly groupSize: number;

  constructor(groupSize: number) {
    super();
    this.groupSize = checkInteger("Vote.groupSize", groupSize, { min: 1 });
  }

  forward(x: Tensor): Tensor {
    return this.scoped(() => groupMean(x, this.groupSize));
  }
}
