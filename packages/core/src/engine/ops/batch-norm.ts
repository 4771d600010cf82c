import { checkBoolean, checkNumber, checkOptions } from "../../checks.ts";
import { scopeOr } from "../scope.ts";
import { isRecorded, record } from "../autograd.ts";
import type { ImageSize } from "../backend/index.ts";
import { checkTensor } from "../check-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { lastAxis, requireBatch, requireSize, shapeError } from "./arguments.ts";
import { gatherSteps, paddingInTime, scatterSteps } from "./padding.ts";

/** Options of the operation `batchNorm`. */
export interface BatchNormSettings {
  /** Use and update batch statistics (true), or use the running ones (false). */
  readonly training: boolean;
  /** Share of the new batch in the running statistics. */
  readonly momentum: number;
  /** Added to the variance. */
  readonly eps: number;
}

/** Running mean and variance, f32 [C] each. */
export interface RunningStatistics {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Batch normalisation over time, batch and positions:
 *
 *   y = (x - mean) / sqrt(variance + eps) weight + bias      per channel
 *
 * With `training`, mean and (biased) variance are those of `x`, and the running statistics move
 * towards them by `momentum` (the variance unbiased, as PyTorch's). Where the running step has lengths
 * (`setLengths`), training takes the steps that count alone, and gives zeros for the others.
 *
 * @param x f32 [T, B, N] or image [T, B, C, H, W], or samples [B, N] or [B, C, H, W]
 * @throws ShapeError when the number of channels differs from `weight`, or `training` has one value for each channel
 */
export function batchNorm(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  running: RunningStatistics,
  options: BatchNormSettings,
): Tensor {
  const owner = scopeOr("batchNorm");
  requireBatch(owner, x);
  checkOptions(owner, options, { training: true, momentum: true, eps: true }, "{ training, momentum, eps }");
  checkBoolean(`${owner}.training`, options.training);
  checkNumber(`${owner}.momentum`, options.momentum, { min: 0, max: 1 });
  checkNumber(`${owner}.eps`, options.eps, { min: 0 });
  checkTensor(`${owner}.weight`, weight, x);
  const size = x.imageSize() ?? { planes: x.size / lastAxis(x), channels: lastAxis(x), positions: 1 };
  if (size.channels !== weight.size) {
    shapeError(
      owner,
      `${weight.size} channels`,
      x.shape,
      "The number of features must match the layer before.",
    );
  }
  checkOptions(`${owner}.running`, running, { mean: true, variance: true }, "{ mean, variance }");
  requireSize(`${owner}.bias`, bias, size.channels, x);
  requireSize(`${owner}.running.mean`, running.mean, size.channels, x);
  requireSize(`${owner}.running.variance`, running.variance, size.channels, x);
  const padding = options.training ? paddingInTime(owner, x) : undefined;
  const parameters = { weight, bias, running };
  const planes =
    padding === undefined ? size.planes : (size.planes / (padding.steps * padding.batch)) * padding.count;
  if (options.training && planes * size.positions === 1) refuseSingle(owner, x);
  if (padding === undefined) return normaliseAll(x, size, parameters, options);
  const rows = gatherSteps(x, padding);
  return scatterSteps(normaliseAll(rows, { ...size, planes }, parameters, options), padding);
}

/** One value has no variance: the output would be the bias, whatever the input. */
function refuseSingle(owner: string, x: Tensor): never {
  shapeError(
    owner,
    "more than one value for each channel in training",
    x.shape,
    "Use larger batches, without a last one of a single sample, or put the layer into evaluation mode.",
  );
}

/** What batch normalisation has for each channel. */
interface NormParameters {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly running: RunningStatistics;
}

function normaliseAll(
  x: Tensor,
  size: ImageSize,
  { weight, bias, running }: NormParameters,
  { training, momentum, eps }: BatchNormSettings,
): Tensor {
  const { mean, variance } = training
    ? batchStatistics(x, size, running, momentum)
    : unchanging(running, isRecorded([x, weight, bias]));
  const { engine } = x;
  const y = engine.empty(x.shape, x.format);
  const given = { x: x.storage, mean: mean.storage, variance: variance.storage, weight: weight.storage };
  engine.backend.batchNorm.forward(size, { ...given, bias: bias.storage, y: y.storage }, eps);
  record([x, weight, bias], [y], ([gy]) => {
    const gx = engine.empty(x.shape, x.format);
    const gWeight = engine.empty(weight.shape);
    const gBias = engine.empty(bias.shape);
    const wanted = { gx: gx.storage, gWeight: gWeight.storage, gBias: gBias.storage };
    const buffers = { ...given, gy: (gy as Tensor).storage, ...wanted };
    engine.backend.batchNorm.backward(size, buffers, { eps, batch: training });
    return [gx, gWeight, gBias];
  });
  return y;
}

function batchStatistics(
  x: Tensor,
  size: ImageSize,
  running: RunningStatistics,
  momentum: number,
): RunningStatistics {
  const { engine } = x;
  const mean = engine.empty([size.channels]);
  const variance = engine.empty([size.channels]);
  const { batchNorm } = engine.backend;
  batchNorm.statistics(size, { x: x.storage, mean: mean.storage, variance: variance.storage });
  const count = size.planes * size.positions;
  const update = (average: Tensor, value: Tensor, factor: number): void => {
    const buffers = { running: average.storage, value: value.storage };
    batchNorm.updateRunning(size.channels, buffers, { momentum, factor });
  };
  update(running.mean, mean, 1);
  update(running.variance, variance, count / Math.max(1, count - 1));
  return { mean, variance };
}

/** The running statistics as they are now, for a backward pass that may come after the next update. */
function unchanging({ mean, variance }: RunningStatistics, isCopied: boolean): RunningStatistics {
  if (!isCopied) return { mean, variance };
  const copy = (value: Tensor): Tensor => {
    const result = value.engine.empty(value.shape);
    value.engine.backend.elementwise.copy(value.size, { x: value.storage, out: result.storage });
    return result;
  };
  return { mean: copy(mean), variance: copy(variance) };
}
