import { checkInteger, checkOptions } from "../checks.ts";
import { avgPool2d, globalAvgPool2d, globalMaxPool2d, maxPool2d, type Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import { LAYER_DEFAULTS } from "./defaults.ts";
import { Module } from "./module.ts";

/** Options of `AvgPool2d` and `MaxPool2d`. */
export interface PoolOptions {
  /** Side of the square window. */
  readonly kernelSize: number;
  /** Distance between neighbouring windows; default `kernelSize`. */
  readonly stride?: number;
  /** Cells added on every side, at most half the window; default 0. */
  readonly padding?: number;
}

type Pool = Required<PoolOptions>;

function checkPool(symbol: string, options: PoolOptions): Pool {
  checkOptions(symbol, options, { kernelSize: true, stride: true, padding: true }, "{ kernelSize: 2 }");
  const kernelSize = checkInteger(`${symbol}.kernelSize`, options.kernelSize, { min: 1 });
  const stride = checkInteger(`${symbol}.stride`, options.stride ?? kernelSize, { min: 1 });
  const padding = checkInteger(`${symbol}.padding`, options.padding ?? LAYER_DEFAULTS.Pool.padding, {
    min: 0,
  });
  if (padding * 2 > kernelSize) {
    const expected = `at most half of kernelSize ${kernelSize}`;
    throw new MyelinError(`${symbol}.padding: expected ${expected}, got ${padding}.`);
  }
  return { kernelSize, stride, padding };
}

/**
 * Mean of each window; padding counts as zero.
 *
 * @param x f32 [T, B, C, H, W] or [B, C, H, W]
 * @returns f32 [..., C, H', W'], H' = floor((H + 2 padding - kernelSize) / stride) + 1
 */
export class AvgPool2d extends Module {
  readonly options: Pool;

  constructor(options: PoolOptions) {
    super();
    this.options = checkPool("AvgPool2d", options);
  }

  forward(x: Tensor): Tensor {
    return this.scoped(() => avgPool2d(x, this.options));
  }
}

/**
 * Maximum of each window; padding never wins. Spikes stay spikes.
 *
 * @param x f32 [T, B, C, H, W] or [B, C, H, W]
 * @returns f32 [..., C, H', W'], H' = floor((H + 2 padding - kernelSize) / stride) + 1
 */
export class MaxPool2d extends Module {
  readonly options: Pool;

  constructor(options: PoolOptions) {
    super();
    this.options = checkPool("MaxPool2d", options);
  }

  forward(x: Tensor): Tensor {
    return this.scoped(() => maxPool2d(x, this.options));
  }
}

/** Mean over all positions of a feature map: [T, B, C, H, W] to [T, B, C]. */
export class GlobalAvgPool2d extends Module {
  forward(x: Tensor): Tensor {
    return this.scoped(() => globalAvgPool2d(x));
  }
}

/** Maximum over all positions of a feature map: [T, B, C, H, W] to [T, B, C]. */
export class GlobalMaxPool2d extends Module {
  forward(x: Tensor): Tensor {
    return this.scoped(() => globalMaxPool2d(x));
  }
}
