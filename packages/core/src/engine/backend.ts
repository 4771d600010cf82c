/**
 * What a backend must be able to do. Everything above this file (ops, layers,
 * neurons, losses, optimisers) is written against this interface alone.
 *
 * Conventions
 * - All numbers are float32 in meaning; the reference computes in float64.
 * - Sequences are time-major: `[T, B, ...]`. `rows` always means `T * B`.
 * - An *image* is logically `[..., C, H, W]`. A backend may keep it in another
 *   physical order (the WebAssembly backend keeps channels last), so images only
 *   enter and leave through `write`, `read`, `imageToPlain` and `plainToImage`.
 * - Weights are stored as PyTorch stores them: linear `[O, I]`,
 *   convolution `[O, I / groups, kH, kW]`.
 * - Every method writes to storage the caller allocated; gradient methods
 *   overwrite their outputs (they never accumulate).
 */

import type { AttentionBackend } from "./backend-attention.ts";
import type { DelayBackend } from "./backend-delays.ts";
import type {
  AlifBackward,
  AlifForward,
  AlifSpec,
  IntegratorSpec,
  NeuronBackward,
  NeuronForward,
  NeuronSpec,
} from "./backend-neurons.ts";
import type { ClassWeighting, OutsideValue, ValueRange } from "./backend-losses.ts";
import type { RowBackend } from "./backend-rows.ts";
import type { SparseBackend } from "./backend-sparse.ts";

/** A block of numbers that belongs to one backend. */
export interface Storage {
  /** How many numbers it holds. */
  readonly length: number;
  /** For a view: the storage whose numbers it shares. */
  readonly base?: Storage | undefined;
}

/** Step storage is freed as a whole at the end of the step; persistent storage by `release`. */
export type Lifetime = "step" | "persistent";

/** Planes (`T * B`, or `B`) of `channels` feature maps with `positions` (`H * W`) values each. */
export interface ImageSize {
  readonly planes: number;
  readonly channels: number;
  readonly positions: number;
}

/** `y[r, o] = bias[o] + sum_i x[r, i] * weight[o, i]`. */
export interface LinearSize {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** A two-dimensional convolution over `planes` images. */
export interface ConvSize {
  readonly planes: number;
  readonly inChannels: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
}

/** Pooling windows over `planes` images; padding counts as zero for averages (divisor `kernel^2`) and never wins a maximum. */
export interface PoolSize {
  readonly planes: number;
  readonly channels: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stride: number;
  readonly padding: number;
}

/** A sequence of `steps` time steps of `size` values (`B * ...`). */
export interface SequenceSize {
  readonly steps: number;
  readonly size: number;
}

/** Dropout over `[steps, batch, features]`; an image has `features = channels * positions`. */
export interface DropoutSize {
  readonly steps: number;
  readonly batch: number;
  readonly channels: number;
  readonly positions: number;
}

export interface DropoutOptions {
  /** Probability that a value is set to zero; the others are divided by `1 - p`. */
  readonly p: number;
  /** One mask a sample for all time steps, instead of a fresh one each step. */
  readonly constantOverTime: boolean;
  /** 32-bit key of the mask; see `randomBits` in `engine/random.ts`. */
  readonly key: number;
}

export interface SgdOptions {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  /** The first step sets the momentum buffer to the gradient, as PyTorch does. */
  readonly firstStep: boolean;
}

export interface AdamOptions {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  /** AdamW: decay the weight itself, not the gradient. */
  readonly decoupled: boolean;
  /** 1 for the first step. */
  readonly step: number;
}

export interface Backend {
  /** "reference" or "wasm". */
  readonly name: string;
  /** What was chosen and why, for a person to read. */
  readonly description: string;
  readonly threads: number;
  /** Products with sparse weights. */
  readonly sparse: SparseBackend;
  /** Advanced spatial attention. */
  readonly attention: AttentionBackend;
  /** Layers with delays. */
  readonly delays: DelayBackend;
  /** Sequences of different length. */
  readonly rows: RowBackend;

  // Memory -------------------------------------------------------------------
  allocate(length: number, lifetime: Lifetime): Storage;
  /** Gives storage back before its lifetime ends; it must not be used afterwards. */
  release(storage: Storage): void;
  /** A part of `storage` that shares its numbers. */
  view(storage: Storage, offset: number, length: number): Storage;
  /** Frees all step storage. */
  endStep(): void;
  /** Copies numbers in; with `image` they come as `[planes, channels, positions]`. */
  write(storage: Storage, data: ArrayLike<number>, image?: ImageSize): void;
  /** Copies numbers out; with `image` they leave as `[planes, channels, positions]`. */
  read(storage: Storage, image?: ImageSize): Promise<Float32Array>;
  /** Stops threads and frees memory. */
  dispose(): Promise<void>;
  /** Bytes reserved now, and the most that one step has used. */
  memory(): { readonly bytes: number; readonly stepPeak: number };
  /** When little memory is left: waits until what is no longer referenced is given back; else undefined. */
  reclaim(): Promise<void> | undefined;

  // Elementwise and layout ---------------------------------------------------
  fill(out: Storage, value: number): void;
  copy(x: Storage, out: Storage): void;
  add(a: Storage, b: Storage, out: Storage): void;
  /** `out = x * factor`. */
  scale(x: Storage, factor: number, out: Storage): void;
  /** `out = x * factor[0]`. */
  scaleBy(x: Storage, factor: Storage, out: Storage): void;
  /** `out = a * b`. */
  multiply(a: Storage, b: Storage, out: Storage): void;
  /** `out = f(x)` by a function of the caller, one value at a time: slow, for what has no kernel. */
  map(x: Storage, f: (value: number) => number, out: Storage): void;
  /** Image to rows of `channels * positions` in that order, and back. */
  imageToPlain(size: ImageSize, x: Storage, out: Storage): void;
  plainToImage(size: ImageSize, x: Storage, out: Storage): void;
  /** `out[0] = sum of x`; a backend may add up to 64 neighbours in float32, and their sums in float64. */
  sum(x: Storage, out: Storage): void;
  /** Sum of squares, in float64 where it is added up; NaN or infinite when any value is. */
  sumOfSquares(x: Storage): Promise<number>;
  /** How many values are not zero. */
  countNonZero(x: Storage): Promise<number>;
  /**
   * The first value that is not from `min` to `max`, or not whole where it must be; NaN is outside.
   * A backend that cannot read at once returns undefined and throws a MyelinError with both at the step's end.
   */
  findOutside(x: Storage, range: ValueRange): OutsideValue | undefined;

  // Products -----------------------------------------------------------------
  linearForward(size: LinearSize, x: Storage, weight: Storage, bias: Storage | null, y: Storage): void;
  /** `x` is the forward input: a backend may skip values its producer will multiply by zero. */
  linearInputGradient(size: LinearSize, gy: Storage, weight: Storage, x: Storage, gx: Storage): void;
  linearWeightGradient(size: LinearSize, gy: Storage, x: Storage, gWeight: Storage): void;
  conv2dForward(size: ConvSize, x: Storage, weight: Storage, bias: Storage | null, y: Storage): void;
  /** `x` as in `linearInputGradient`. */
  conv2dInputGradient(size: ConvSize, gy: Storage, weight: Storage, x: Storage, gx: Storage): void;
  conv2dWeightGradient(size: ConvSize, gy: Storage, x: Storage, gWeight: Storage): void;
  /** `gBias[c] = sum over planes and positions of gy`. */
  biasGradient(size: ImageSize, gy: Storage, gBias: Storage): void;

  // Pooling ------------------------------------------------------------------
  averagePoolForward(size: PoolSize, x: Storage, y: Storage): void;
  averagePoolBackward(size: PoolSize, gy: Storage, gx: Storage): void;
  /** `winner` gets, for each output, the place of the first maximum inside its window (row-major). */
  maxPoolForward(size: PoolSize, x: Storage, y: Storage, winner: Storage): void;
  maxPoolBackward(size: PoolSize, gy: Storage, winner: Storage, gx: Storage): void;

  // Batch normalisation over planes and positions ------------------------------
  /** Mean and biased variance of each channel. */
  batchStatistics(size: ImageSize, x: Storage, mean: Storage, variance: Storage): void;
  /** `y = (x - mean) / sqrt(variance + eps) * weight + bias`. */
  normalise(
    size: ImageSize,
    x: Storage,
    mean: Storage,
    variance: Storage,
    weight: Storage,
    bias: Storage,
    eps: number,
    y: Storage,
  ): void;
  /**
   * Gradients of `normalise`. With `batch` true, mean and variance are those of `x` and the gradient
   * flows through them; otherwise they are constants (running statistics).
   */
  normaliseBackward(
    size: ImageSize,
    x: Storage,
    mean: Storage,
    variance: Storage,
    weight: Storage,
    eps: number,
    batch: boolean,
    gy: Storage,
    gx: Storage,
    gWeight: Storage,
    gBias: Storage,
  ): void;
  /** `running = (1 - momentum) running + momentum * factor * value`. */
  updateRunning(running: Storage, value: Storage, momentum: number, factor: number): void;

  /** Values at logical index e = (t, b, c, p): kept and scaled, or zero; the same call on gradients is its own backward. */
  dropout(size: DropoutSize, options: DropoutOptions, x: Storage, y: Storage): void;

  // Time -----------------------------------------------------------------------
  /** `y[t] = x` for every step. */
  repeatOverTime(size: SequenceSize, x: Storage, y: Storage): void;
  /** `y = factor * sum_t x[t]`. */
  sumOverTime(size: SequenceSize, factor: number, x: Storage, y: Storage): void;
  /** `y = max_t x[t]`; `winner` gets the first such t. */
  maxOverTime(size: SequenceSize, x: Storage, y: Storage, winner: Storage): void;
  maxOverTimeBackward(size: SequenceSize, gy: Storage, winner: Storage, gx: Storage): void;

  // Neurons --------------------------------------------------------------------
  neuronForward(size: SequenceSize, spec: NeuronSpec, buffers: NeuronForward): void;
  neuronBackward(size: SequenceSize, spec: NeuronSpec, buffers: NeuronBackward): void;
  alifForward(size: SequenceSize, spec: AlifSpec, buffers: AlifForward): void;
  alifBackward(size: SequenceSize, spec: AlifSpec, buffers: AlifBackward): void;
  integratorForward(
    size: SequenceSize,
    spec: IntegratorSpec,
    x: Storage,
    initial: Storage | null,
    v: Storage,
  ): void;
  integratorBackward(
    size: SequenceSize,
    spec: IntegratorSpec,
    gv: Storage,
    gx: Storage,
    gInitial: Storage | null,
  ): void;

  // Losses -----------------------------------------------------------------------
  softmax(rows: number, classes: number, x: Storage, y: Storage): void;
  /** `gx = y (gy - sum_j y_j gy_j)` a row. */
  softmaxBackward(rows: number, classes: number, y: Storage, gy: Storage, gx: Storage): void;
  /**
   * Cross-entropy against targets, with label smoothing (PyTorch's), and its gradient per unit of loss:
   *
   *   q        = (1 - smoothing) target + smoothing / classes
   *   loss     = mean_r w[r] sum_c -q[c] log p[r, c]
   *   gradient = w[r] ((sum_c q[c]) p - q) / rows
   *
   * Row r uses row `r mod B` of the targets, [B, classes], so a target serves all time steps. Targets need not add
   * up to 1.
   *
   * @param rowWeights w, [rows]; null for 1 each. Rows of weight 0 are not read.
   */
  crossEntropy(
    rows: number,
    classes: number,
    smoothing: number,
    logits: Storage,
    targets: Storage,
    rowWeights: Storage | null,
    loss: Storage,
    gradient: Storage,
  ): void;
  /**
   * `loss = mean(w (x - target)^2)` and its gradient per unit of loss.
   *
   * @param rowWeights w, one for each row of `length / rows` values; null for 1 each. Rows of weight 0 are not read.
   */
  meanSquaredError(
    x: Storage,
    target: Storage,
    rowWeights: Storage | null,
    loss: Storage,
    gradient: Storage,
  ): void;
  /**
   * Weights of classes, put into targets so that a mean over samples is PyTorch's:
   *
   *   v[b]           = sum_c weights[c] targets[b, c]
   *   n              = mean_b v[b]  with `byWeight`, else 1
   *   samples[b]     = v[b] / n
   *   weighted[b, c] = weights[c] ((1 - smoothing) targets[b, c] + smoothing / classes) / n
   */
  weighClasses(
    size: ClassWeighting,
    targets: Storage,
    weights: Storage,
    weighted: Storage,
    samples: Storage,
  ): void;
  /** `out[b, c] = 1` where `labels[b] = c`, else 0. */
  oneHot(labels: Storage, classes: number, out: Storage): void;
  /** `y[r, g] = mean of the `size` neighbours x[r, g size ...]` (voting), and back. */
  groupMean(rows: number, groups: number, size: number, x: Storage, y: Storage): void;
  groupMeanBackward(rows: number, groups: number, size: number, gy: Storage, gx: Storage): void;

  // Encoders -----------------------------------------------------------------------
  /** `y[t, e] = 1` with probability `x[e]` (clamped to 0..1), from `randomBits(key, t * size + e)`, e in logical order. */
  bernoulli(size: SequenceSize, key: number, x: Storage, y: Storage, image?: ImageSize): void;
  /** One spike at `t = round((1 - x) (steps - 1))` for `x > 0`, none for `x <= 0`; x is clamped to 1. */
  latency(size: SequenceSize, x: Storage, y: Storage): void;
  /** `y[t] = 1` where `x[t] - x[t-1] >= threshold` (x[-1] = 0), `-1` where `<= -threshold` if `signed`. */
  delta(size: SequenceSize, threshold: number, signed: boolean, x: Storage, y: Storage): void;

  // Optimisers ---------------------------------------------------------------------
  sgd(options: SgdOptions, parameter: Storage, gradient: Storage, momentum: Storage | null): void;
  adam(options: AdamOptions, parameter: Storage, gradient: Storage, m: Storage, v: Storage): void;
}
