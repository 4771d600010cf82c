import { checkInteger, checkOptions } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { ShapeError } from "../../errors.ts";
import { record } from "../autograd.ts";
import type { PoolSize } from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import { requireImage } from "./arguments.ts";
import { viewOf } from "./shape.ts";
import { slidingWindow } from "./window.ts";

/** Windows of pooling, in pixels. */
export interface PoolSettings {
  readonly kernelSize: number;
  /** Defaults to `kernelSize`. */
  readonly stride?: number | undefined;
  /** At most half of `kernelSize`. */
  readonly padding?: number | undefined;
}

/** Mean of each window; padding counts as zero (divisor kernelSize^2), as PyTorch's avg_pool2d. */
export function avgPool2d(x: Tensor, options: PoolSettings): Tensor {
  const owner = scopeOr("avgPool2d");
  return averagePool(x, poolSize(owner, x, options));
}

/** Largest value of each window; ties go to the first in row-major order; padding never wins. */
export function maxPool2d(x: Tensor, options: PoolSettings): Tensor {
  const owner = scopeOr("maxPool2d");
  return maxPool(x, poolSize(owner, x, options));
}

/** Mean over height and width: [..., C, H, W] -> [..., C]. */
export function globalAvgPool2d(x: Tensor): Tensor {
  const owner = scopeOr("globalAvgPool2d");
  return withoutPositions(averagePool(x, wholeMap(owner, x)));
}

/** Maximum over height and width: [..., C, H, W] -> [..., C]. */
export function globalMaxPool2d(x: Tensor): Tensor {
  const owner = scopeOr("globalMaxPool2d");
  return withoutPositions(maxPool(x, wholeMap(owner, x)));
}

function wholeMap(owner: string, x: Tensor): PoolSize {
  requireImage(owner, x);
  const [height = 0, width = 0] = x.shape.slice(-2);
  return poolSize(owner, x, { kernelSize: 1, stride: 1 }, { height, width });
}

function poolSize(
  owner: string,
  x: Tensor,
  options: PoolSettings,
  window?: { readonly height: number; readonly width: number },
): PoolSize {
  requireImage(owner, x);
  checkOptions(owner, options, { kernelSize: true, stride: true, padding: true }, "{ kernelSize: 2 }");
  const { stride = options.kernelSize, padding = 0 } = options;
  checkInteger(`${owner}.kernelSize`, options.kernelSize, { min: 1 });
  checkInteger(`${owner}.stride`, stride, { min: 1 });
  checkInteger(`${owner}.padding`, padding, { min: 0 });
  const { height: kernelHeight, width: kernelWidth } = window ?? {
    height: options.kernelSize,
    width: options.kernelSize,
  };
  const [channels = 0, inHeight = 0, inWidth = 0] = x.shape.slice(-3);
  const sliding = slidingWindow({ inHeight, inWidth, kernelHeight, kernelWidth, stride, padding });
  if (sliding.outHeight < 1 || sliding.outWidth < 1 || padding * 2 > Math.min(kernelHeight, kernelWidth)) {
    throw new ShapeError(
      `${owner}: expected a ${kernelHeight}x${kernelWidth} window with padding of at most half of it to fit, ` +
        `got a map of ${inHeight}x${inWidth} and padding ${padding}. Use a smaller window or fewer pooling layers.`,
    );
  }
  const planes = x.size / (channels * inHeight * inWidth);
  return { ...sliding, planes, channels };
}

function pooled(x: Tensor, size: PoolSize): Tensor {
  return x.engine.empty([...x.shape.slice(0, -2), size.outHeight, size.outWidth], "image");
}

function averagePool(x: Tensor, size: PoolSize): Tensor {
  const { engine } = x;
  const y = pooled(x, size);
  const { pool } = engine.backend;
  pool.averageForward(size, { x: x.storage, y: y.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, "image");
    pool.averageBackward(size, { gy: (gy as Tensor).storage, gx: gx.storage });
    return [gx];
  });
  return y;
}

function maxPool(x: Tensor, size: PoolSize): Tensor {
  const { engine } = x;
  const y = pooled(x, size);
  const winner = engine.empty(y.shape, "image");
  const { pool } = engine.backend;
  pool.maxForward(size, { x: x.storage, y: y.storage, winner: winner.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape, "image");
    pool.maxBackward(size, { gy: (gy as Tensor).storage, winner: winner.storage, gx: gx.storage });
    return [gx];
  });
  return y;
}

/** A [..., C, 1, 1] image is the plain tensor [..., C] in any physical order. */
function withoutPositions(x: Tensor): Tensor {
  const y = viewOf(x, x.shape.slice(0, -2));
  record([x], [y], ([gy]) => [(gy as Tensor).viewAs((gy as Tensor).shape)]);
  return y;
}
