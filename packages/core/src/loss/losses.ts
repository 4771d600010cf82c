import { checkNumber } from "../checks.ts";
import {
  add,
  classTargets,
  crossEntropy,
  maxOverTime,
  meanOverTime,
  meanSquaredError,
  scale,
  softmax,
  sumOverTime,
  tensor,
  type Tensor,
} from "../engine/index.ts";
import { LOSS_DEFAULTS } from "./defaults.ts";

/** Option of the losses that end in a cross-entropy. */
export interface CrossEntropyOptions {
  /** Share of the target spread evenly over all classes, 0 <= labelSmoothing < 1; default 0. */
  readonly labelSmoothing?: number;
}

/** Options of `tet`. */
export interface TetOptions extends CrossEntropyOptions {
  /** Weight of the regularisation, 0..1; default 0.05. */
  readonly lambda?: number;
  /** The level that outputs are drawn to; default 1. */
  readonly phi?: number;
}

function checkSmoothing(symbol: string, options: CrossEntropyOptions): { labelSmoothing: number } {
  const bounds = { min: 0, below: 1 };
  return {
    labelSmoothing: checkNumber(
      `${symbol}.labelSmoothing`,
      options.labelSmoothing ?? LOSS_DEFAULTS.labelSmoothing,
      bounds,
    ),
  };
}

/**
 * Cross-entropy of the mean output: CE(mean_t x[t], label), averaged over the batch.
 *
 * @param x output spikes or potentials, f32 [T, B, K]
 * @param labels class numbers, f32 [B], or class probabilities, f32 [B, K]
 */
export function rateCrossEntropy(x: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const smoothing = checkSmoothing("rateCrossEntropy", options);
  return crossEntropy(meanOverTime(x, "rateCrossEntropy"), labels, smoothing, "rateCrossEntropy");
}

/**
 * Squared distance of the mean output from the one-hot label: mean over B and K of (mean_t x[t] - onehot)^2.
 *
 * @param x output spikes, f32 [T, B, K]
 * @param labels class numbers, f32 [B], or class probabilities, f32 [B, K]
 * @source Fang et al., ICCV 2021 (PLIF)
 */
export function rateMse(x: Tensor, labels: Tensor): Tensor {
  const rate = meanOverTime(x, "rateMse");
  return meanSquaredError(rate, classTargets(labels, rate.shape.at(-1) ?? 0), "rateMse");
}

/**
 * Temporal efficient training: the loss of every time step counts.
 *
 *   (1 - lambda) mean_t CE(x[t], label) + lambda mean((x - phi)^2)
 *
 * @param x output potentials, f32 [T, B, K]
 * @param labels class numbers, f32 [B], or class probabilities, f32 [B, K]
 * @source Deng et al., "Temporal Efficient Training of Spiking Neural Network via Gradient Re-weighting", ICLR 2022
 */
export function tet(x: Tensor, labels: Tensor, options: TetOptions = {}): Tensor {
  const smoothing = checkSmoothing("tet", options);
  const lambda = checkNumber("tet.lambda", options.lambda ?? LOSS_DEFAULTS.lambda, { min: 0, max: 1 });
  const phi = checkNumber("tet.phi", options.phi ?? LOSS_DEFAULTS.phi, {});
  const fit = crossEntropy(x, labels, smoothing, "tet");
  if (lambda === 0) return fit;
  const level = tensor(new Float32Array(x.size).fill(phi), x.shape);
  return add(scale(fit, 1 - lambda), scale(meanSquaredError(x, level, "tet"), lambda));
}

/**
 * Cross-entropy of summed softmaxes: CE(sum_t softmax(x[t]), label), averaged over the batch.
 *
 * @param x output potentials, f32 [T, B, K]
 * @param labels class numbers, f32 [B], or class probabilities, f32 [B, K]
 * @source Hammouamri et al., ICLR 2024 (learned delays)
 */
export function sumSoftmaxCrossEntropy(x: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const smoothing = checkSmoothing("sumSoftmaxCrossEntropy", options);
  const sum = sumOverTime(softmax(x, "sumSoftmaxCrossEntropy"));
  return crossEntropy(sum, labels, smoothing, "sumSoftmaxCrossEntropy");
}

/**
 * Cross-entropy of the highest potentials: CE(max_t x[t], label), averaged over the batch.
 *
 * @param x output potentials, f32 [T, B, K]
 * @param labels class numbers, f32 [B], or class probabilities, f32 [B, K]
 * @source Cramer et al., "The Heidelberg Spiking Data Sets", IEEE TNNLS 2022 (max-over-time readout)
 */
export function maxMembraneCrossEntropy(
  x: Tensor,
  labels: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  const smoothing = checkSmoothing("maxMembraneCrossEntropy", options);
  const peak = maxOverTime(x, "maxMembraneCrossEntropy");
  return crossEntropy(peak, labels, smoothing, "maxMembraneCrossEntropy");
}
