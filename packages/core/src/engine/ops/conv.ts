import { checkInteger, checkOptions } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { ShapeError } from "../../errors.ts";
import { record } from "../autograd.ts";
import type { ConvSize } from "../backend/index.ts";
import { describeShape, type Tensor } from "../tensor.ts";
import { requireAxes, requireImage, requireOptional, separateStepsOf, shapeError } from "./arguments.ts";
import { slidingWindow } from "./window.ts";

/** Options of the operation `conv2d`, in pixels and channels. */
export interface Conv2dSettings {
  /** Distance between windows; 1 if left out. */
  readonly stride?: number;
  /** Zeros on each side; 0 if left out. */
  readonly padding?: number;
  /** Groups of channels that are convolved apart; 1 if left out. */
  readonly groups?: number;
}

/**
 * Two-dimensional cross-correlation, as PyTorch's conv2d.
 *
 * @param x f32 image [T, B, C, H, W] or [B, C, H, W]
 * @param weight f32 [O, C / groups, kH, kW]
 * @param bias f32 [O]
 * @returns f32 image with O channels of (H + 2 padding - kH) / stride + 1 rows, columns likewise
 * @throws ShapeError when channels, groups or kernel do not fit the input
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: Conv2dSettings = {}): Tensor {
  const owner = scopeOr("conv2d");
  requireImage(owner, x);
  requireAxes(`${owner}.weight`, weight, "[O, C / groups, kH, kW]", x);
  const size = convSize(owner, x, weight.shape, options);
  requireOptional(`${owner}.bias`, bias, size.outChannels, x);
  const { engine } = x;
  const shape = [...x.shape.slice(0, -3), size.outChannels, size.outHeight, size.outWidth];
  const y = engine.empty(shape, "image");
  const given = { x: x.storage, weight: weight.storage, bias: bias?.storage };
  const parts = bias ? [x, weight, bias] : [x, weight];
  const separateSteps = separateStepsOf(x, parts);
  engine.backend.conv.forward({ ...size, separateSteps }, { ...given, y: y.storage });
  record(parts, [y], ([gy]) => convBackward(size, x, weight, bias, gy as Tensor));
  return y;
}

/** The sizes of a convolution of `x` with a weight of shape [O, C / groups, kH, kW]; throws as `conv2d` does. */
export function convSize(
  owner: string,
  x: Tensor,
  weightShape: readonly number[],
  options: Conv2dSettings,
): ConvSize {
  requireImage(owner, x);
  checkOptions(owner, options, { stride: true, padding: true, groups: true });
  const { stride = 1, padding = 0, groups = 1 } = options;
  checkInteger(`${owner}.stride`, stride, { min: 1 });
  checkInteger(`${owner}.padding`, padding, { min: 0 });
  checkInteger(`${owner}.groups`, groups, { min: 1 });
  const [inChannels = 0, inHeight = 0, inWidth = 0] = x.shape.slice(-3);
  const [outChannels = 0, groupChannels = 0, kernelHeight = 0, kernelWidth = 0] = weightShape;
  if (inChannels !== groupChannels * groups || outChannels % groups !== 0) {
    const expected = `${groupChannels * groups} input channels`;
    shapeError(
      owner,
      expected,
      x.shape,
      `The weight is ${describeShape(weightShape)} with ${groups} group(s).`,
    );
  }
  const window = slidingWindow({ inHeight, inWidth, kernelHeight, kernelWidth, stride, padding });
  if (window.outHeight < 1 || window.outWidth < 1) {
    throw new ShapeError(
      `${owner}: expected an input of at least ${kernelHeight}x${kernelWidth} after padding ${padding}, ` +
        `got ${inHeight}x${inWidth}. Use a smaller kernel, more padding or fewer pooling layers.`,
    );
  }
  const planes = x.size / (inChannels * inHeight * inWidth);
  return { ...window, planes, inChannels, outChannels, groups };
}

function convBackward(
  size: ConvSize,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  gy: Tensor,
): (Tensor | undefined)[] {
  const { engine } = x;
  const gx = x.requiresGrad ? engine.empty(x.shape, "image") : undefined;
  const gWeight = weight.requiresGrad ? engine.empty(weight.shape) : undefined;
  const gBias = bias?.requiresGrad ? engine.empty(bias.shape) : undefined;
  const maps = { planes: size.planes, channels: size.outChannels, positions: size.outHeight * size.outWidth };
  const { conv, reduce } = engine.backend;
  const given = { gy: gy.storage, x: x.storage };
  if (gWeight) conv.weightGradient(size, { ...given, gWeight: gWeight.storage });
  if (gBias) reduce.sumPerChannel(maps, { x: gy.storage, out: gBias.storage });
  if (gx) conv.usefulInputGradient(size, { ...given, weight: weight.storage, gx: gx.storage });
  return bias ? [gx, gWeight, gBias] : [gx, gWeight];
}
