import { checkNumber, checkOptions } from "../checks.ts";
import {
  inScope,
  add,
  classTargets,
  type ClassWeights,
  crossEntropy,
  type CrossEntropyOptions,
  maskPadding,
  maxOverTime,
  meanOverTime,
  meanSquaredError,
  scale,
  softmax,
  sumOverTime,
  tensor,
  type Tensor,
  weightedTargets,
} from "../engine/index.ts";
import { LOSS_DEFAULTS } from "./defaults.ts";

const KNOWN = { labelSmoothing: true, weight: true, lengths: true } as const;

/** Options of `tet`. */
export interface TetOptions extends CrossEntropyOptions {
  /** Weight of the regularisation, 0..1; default 0.05. */
  readonly lambda?: number;
  /** The level that outputs are drawn to; default 1. */
  readonly phi?: number;
}

/** Options of `rateMse`. */
export interface RateMseOptions {
  /** A weight >= 0 for each class; all count the same if left out. */
  readonly weight?: ClassWeights | undefined;
  /** Steps of each sample that count; those of the running step (`setLengths`) if left out. */
  readonly lengths?: ArrayLike<number> | undefined;
}

/**
 * Cross-entropy of the mean output: CE(mean_t x[t], label), averaged over the batch.
 *
 * @param x output spikes or potentials, f32 [T, B, K]
 * @param labels class numbers, f32 [B], or class probabilities, f32 [B, K]
 */
export function rateCrossEntropy(x: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { lengths, ...rest } = checkOptions("rateCrossEntropy", options, KNOWN);
  return inScope("rateCrossEntropy", () => crossEntropy(meanOverTime(x, lengths), labels, rest));
}

/**
 * Squared distance of the mean output from the one-hot label: mean over B and K of (mean_t x[t] - onehot)^2.
 * With weights the mean over B is sum_b w[label_b] l_b / sum_b w[label_b]; for class probabilities q, whose weight
 * is sum_c w[c] q[c], it is divided by B.
 *
 * @param x output spikes, f32 [T, B, K]
 * @param labels class numbers, f32 [B], or class probabilities, f32 [B, K]
 * @source Fang et al., ICCV 2021 (PLIF)
 */
export function rateMse(x: Tensor, labels: Tensor, options: RateMseOptions = {}): Tensor {
  checkOptions("rateMse", options, { weight: true, lengths: true });
  const { weight, lengths } = options;
  return inScope("rateMse", () => {
    const rate = meanOverTime(x, lengths);
    const classes = rate.shape.at(-1) ?? 0;
    const targets = classTargets(labels, classes);
    const rowWeights = weight === undefined ? undefined : weightedTargets(labels, classes, weight, 0).samples;
    return meanSquaredError(rate, targets, { rowWeights });
  });
}

/**
 * Temporal efficient training: the loss of every time step counts.
 *
 *   (1 - lambda) mean_t CE(x[t], label) + lambda mean((x - phi)^2)
 *
 * Weights of classes count in the first term.
 *
 * @param x output potentials, f32 [T, B, K]
 * @param labels class numbers, f32 [B], or class probabilities, f32 [B, K]
 * @source Deng et al., "Temporal Efficient Training of Spiking Neural Network via Gradient Re-weighting", ICLR 2022
 */
export function tet(x: Tensor, labels: Tensor, options: TetOptions = {}): Tensor {
  checkOptions("tet", options, { ...KNOWN, lambda: true, phi: true });
  const lambda = checkNumber("tet.lambda", options.lambda ?? LOSS_DEFAULTS.lambda, { min: 0, max: 1 });
  const phi = checkNumber("tet.phi", options.phi ?? LOSS_DEFAULTS.phi, {});
  const { labelSmoothing, weight, lengths } = options;
  return inScope("tet", () => {
    const fit = crossEntropy(x, labels, { labelSmoothing, weight, lengths });
    if (lambda === 0) return fit;
    const level = tensor(new Float32Array(x.size).fill(phi), x.shape);
    return add(scale(fit, 1 - lambda), scale(meanSquaredError(x, level, { lengths }), lambda));
  });
}

/**
 * Cross-entropy of summed softmaxes: CE(sum_t softmax(x[t]), label), averaged over the batch.
 *
 * @param x output potentials, f32 [T, B, K]
 * @param labels class numbers, f32 [B], or class probabilities, f32 [B, K]
 * @source Hammouamri et al., ICLR 2024 (learned delays)
 */
export function sumSoftmaxCrossEntropy(x: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { lengths, ...rest } = checkOptions("sumSoftmaxCrossEntropy", options, KNOWN);
  return inScope("sumSoftmaxCrossEntropy", () => {
    const shares = softmax(maskPadding(x, lengths));
    return crossEntropy(sumOverTime(shares, lengths), labels, rest);
  });
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
  const { lengths, ...rest } = checkOptions("maxMembraneCrossEntropy", options, KNOWN);
  return inScope("maxMembraneCrossEntropy", () => crossEntropy(maxOverTime(x, lengths), labels, rest));
}
