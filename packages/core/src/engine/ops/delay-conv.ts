import { checkInteger, checkOptions } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { record } from "../autograd.ts";
import type { ConvSize, ImageSize } from "../backend/index.ts";
import { sizeOf, type Tensor } from "../tensor.ts";
import { requireAxes, requireImage, shapeError } from "./arguments.ts";
import { convSize } from "./conv.ts";
import { checkDelayOptions, DELAY_OPTIONS } from "./delay-checks.ts";
import { delayedInput, delayProducts } from "./delay.ts";
import type { DelayLinearSettings } from "./delay-checks.ts";
import { alongFirstAxis, reshape, stack } from "./shape.ts";

/** Options of `delayConv2d`. */
export interface DelayConv2dSettings extends DelayLinearSettings {
  readonly stride: number;
  readonly padding: number;
}

/**
 * Two-dimensional convolution whose connections delay their input: `delayLinear` of all patches.
 *
 * @param x f32 image [T, B, C, H, W]
 * @param weight f32 [O, C, kH, kW, k]
 * @param position f32 of the same shape, or [1, C, 1, 1, k] for positions that a channel's connections share
 * @returns f32 image [T', B, O, H', W'] with T' as in `delayLinear`
 * @throws ShapeError when `x` does not fit
 */
export function delayConv2d(
  x: Tensor,
  weight: Tensor,
  position: Tensor,
  options: DelayConv2dSettings,
): Tensor {
  const owner = scopeOr("delayConv2d");
  const known = { ...DELAY_OPTIONS, stride: true, padding: true } as const;
  checkOptions(owner, options, known, "{ shape, sigma, rounded, maxDelay, keepLength, stride, padding }");
  checkInteger(`${owner}.stride`, options.stride, { min: 1 });
  checkInteger(`${owner}.padding`, options.padding, { min: 0 });
  const { stride, padding, maxDelay, keepLength, ...kernel } = options;
  requireImage(owner, x);
  checkDelayOptions(owner, kernel, { maxDelay, keepLength });
  requireAxes(`${owner}.weight`, weight, "[O, C, kH, kW, k]", x);
  requireAxes(`${owner}.position`, position, "[O, C, kH, kW, k]", x);
  if (x.shape.length !== 5) {
    shapeError(owner, "a sequence of images [T, B, C, H, W]", x.shape, "Delays need a time axis.");
  }
  const size = convSize(owner, x, weight.shape, { stride, padding });
  const [steps = 0, batch = 0] = x.shape;
  const { input, outSteps } = delayedInput(owner, x, { maxDelay, keepLength });
  const { outChannels, outHeight, outWidth } = size;
  const [positions, inputs] = [outHeight * outWidth, sizeOf(weight.shape.slice(1, 4))];
  const rows = patches(input, size, [steps, batch * positions, inputs]);
  const kernelCount = weight.shape[4] as number;
  const w = reshape(weight, [outChannels, inputs, kernelCount]);
  const p = reshape(connectionPositions(position, weight), [
    position.shape[0] as number,
    inputs,
    kernelCount,
  ]);
  const y = delayProducts(rows, w, p, kernel, { outSteps, taps: maxDelay });
  return toImage(y, [outSteps, batch, outChannels, outHeight, outWidth]);
}

/** Gives every place of the kernel its channel's position where they share one. */
function connectionPositions(position: Tensor, weight: Tensor): Tensor {
  const places = sizeOf(weight.shape.slice(2, 4));
  if (sizeOf(position.shape.slice(2, 4)) === places) return position;
  const [channels = 0, kernelCount = 0] = [weight.shape[1], weight.shape[4]];
  const each = alongFirstAxis(reshape(position, [channels, kernelCount]));
  return stack(each.flatMap((channel) => new Array<Tensor>(places).fill(channel)));
}

function patches(x: Tensor, size: ConvSize, shape: readonly number[]): Tensor {
  const { engine } = x;
  const rows = engine.empty(shape);
  const { delay } = engine.backend;
  delay.patches(size, { x: x.storage, rows: rows.storage });
  record([x], [rows], ([gRows]) => {
    const gx = engine.empty(x.shape, "image");
    delay.patchesBackward(size, { gRows: (gRows as Tensor).storage, gx: gx.storage });
    return [gx];
  });
  return rows;
}

/** Rows [T, B positions, channels] to an image. */
function toImage(rows: Tensor, shape: readonly number[]): Tensor {
  const { engine } = rows;
  const image = engine.empty(shape, "image");
  const size = image.imageSize() as ImageSize;
  const { layout } = engine.backend;
  layout.rowsToImage(size, { rows: rows.storage, image: image.storage });
  record([rows], [image], ([gImage]) => {
    const gRows = engine.empty(rows.shape);
    layout.imageToRows(size, { image: (gImage as Tensor).storage, rows: gRows.storage });
    return [gRows];
  });
  return image;
}
