import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from "../checks.ts";
import {
  add,
  checkTensor,
  gatePlanes,
  linear,
  maskPadding,
  type MaskMode,
  noGrad,
  planeStatistics,
  relu,
  scale,
  scaleBy,
  selectPlanes,
  type SelectionSpec,
  type Tensor,
} from "../engine/index.ts";
import { ShapeError } from "../errors.ts";
import { constantParameter, Module, type StreamObstacle, uniformParameter } from "../nn/index.ts";
import { ATTENTION_DEFAULTS } from "./defaults.ts";

/** Options of `AdvancedSpatialAttention`. */
export interface AdvancedSpatialAttentionOptions {
  /** Length T of the sequences: scores are mixed over time, so it is fixed. */
  readonly timeSteps: number;
  /** Channels C of the images. */
  readonly channels: number;
  /** r: the time mixing goes through floor(T / r) numbers; 1 (default) for a single matrix. */
  readonly reduction?: number;
  /** Share of planes that each selection takes, between 0 and 1; default 0.5. */
  readonly lambda?: number;
  /** How the selections by channel and by time become one; default "xor", as in the authors' code. */
  readonly maskMode?: MaskMode;
  /**
   * "sample" (default): every sample selects for itself. "batchUnion": every sample gets the selections of
   * all samples of its batch, as in the authors' code; results then depend on the batch.
   */
  readonly maskScope?: "sample" | "batchUnion";
  /** Lets the scores learn; see step 7 of the class. Default false, as in the authors' code. */
  readonly trainableScore?: boolean;
}

/** What the latest forward pass looked at, for reports; it lives until the engine's step ends. */
export interface AttentionMaps {
  /** The gate of the important planes, f32 [B, H, W], between 0 and 1. */
  readonly important: Tensor;
  /** The gate of the other planes, f32 [B, H, W]. */
  readonly rest: Tensor;
  /** The scores Z, f32 [B, C, T]. */
  readonly score: Tensor;
  /** f32 [T, B, C]: 0 for planes that are not important, else their weight (1 unless the scores learn). */
  readonly importantPlanes: Tensor;
}

const MASK_MODES: readonly MaskMode[] = ["xor", "and", "or"];
const MASK_SCOPES = ["sample", "batchUnion"] as const;

const KNOWN = {
  ...({ timeSteps: true, channels: true, reduction: true, lambda: true } as const),
  ...({ maskMode: true, maskScope: true, trainableScore: true } as const),
};

/**
 * Advanced spatial attention: two spatial gates, one for the feature planes that matter and one for the
 * rest. It goes before a neuron, on its input current. For each sample, with planes (t, c):
 *
 *   1. A, M = mean and maximum of x over height and width
 *   2. S = (A + M) / 2 + alpha A + beta M
 *   3. Z = fc S along time, the same for all channels; with reduction r: fc2 relu(fc1 S)
 *   4. Bc = the floor(C lambda) channels of largest Z at each step
 *      Bt = the floor(T lambda) steps of largest Z of each channel; of equal scores the lower index is larger
 *   5. I = Bc xor Bt (or and, or), J = 1 - I
 *   6. aI = mean of I x over all planes / lambda, mI = maximum of I x;
 *      aJ, mJ likewise of J x, with 1 - lambda; masked planes count as zeros
 *   7. gI = sigmoid(conv1 [aI, mI]), gJ = sigmoid(conv2 [aJ, mJ])
 *      y = (I gI w + J gJ) x, w = 1, or w = 2 sigmoid(Z) with `trainableScore`
 *
 * Nothing of the score path (alpha, beta, fc) learns unless `trainableScore`: the masks are constants, so it
 * stays a fixed random projection. With w, important planes weigh their score, which reaches Z, fc, alpha,
 * beta and x; that is an extension of ours, and the same as the paper's layer where Z = 0.
 *
 * `alpha` and `beta` start at 0.5; fc is drawn from U(-1/sqrt(n), 1/sqrt(n)), n its inputs; conv1 and conv2
 * are 3x3, [1, 2, 3, 3], without bias, from U(-1/sqrt(18), 1/sqrt(18)).
 *
 * @param input f32 [T, B, C, H, W]; the whole sequence at once, so the layer is not causal; padding counts as zeros
 * @returns f32, the shape of `x`
 * @throws ShapeError if T or C differ from the options
 * @source Yao et al., "Inherent Redundancy in Spiking Neural Networks", ICCV 2023; masks as in the authors' code
 * @example const asa = new AdvancedSpatialAttention({ timeSteps: 10, channels: 64 });
 */
export class AdvancedSpatialAttention extends Module {
  readonly timeSteps: number;
  readonly channels: number;
  readonly reduction: number;
  readonly lambda: number;
  readonly maskMode: MaskMode;
  readonly maskScope: "sample" | "batchUnion";
  readonly trainableScore: boolean;
  readonly alpha: Tensor;
  readonly beta: Tensor;
  readonly fc1: Tensor;
  /** Only with a reduction. */
  readonly fc2: Tensor | undefined;
  readonly conv1: Tensor;
  readonly conv2: Tensor;
  #lastMaps: AttentionMaps | undefined;

  constructor(options: AdvancedSpatialAttentionOptions) {
    super();
    const name = "AdvancedSpatialAttention";
    checkOptions(name, options, KNOWN, "{ timeSteps: 16, channels: 64 }");
    this.timeSteps = checkInteger(`${name}.timeSteps`, options.timeSteps, { min: 1 });
    this.channels = checkInteger(`${name}.channels`, options.channels, { min: 1 });
    const hint = "At least one number has to be left of the time steps.";
    const bounds = { min: 1, max: this.timeSteps };
    this.reduction = checkInteger(
      `${name}.reduction`,
      options.reduction ?? ATTENTION_DEFAULTS.reduction,
      bounds,
      hint,
    );
    this.lambda = checkNumber(`${name}.lambda`, options.lambda ?? ATTENTION_DEFAULTS.lambda, {
      above: 0,
      below: 1,
    });
    this.maskMode = checkOneOf(
      `${name}.maskMode`,
      options.maskMode ?? ATTENTION_DEFAULTS.maskMode,
      MASK_MODES,
    );
    this.maskScope = checkOneOf(
      `${name}.maskScope`,
      options.maskScope ?? ATTENTION_DEFAULTS.maskScope,
      MASK_SCOPES,
    );
    this.trainableScore = checkBoolean(
      `${name}.trainableScore`,
      options.trainableScore ?? ATTENTION_DEFAULTS.trainableScore,
    );
    this.alpha = constantParameter([1], 0.5);
    this.beta = constantParameter([1], 0.5);
    const hidden = this.reduction === 1 ? this.timeSteps : Math.floor(this.timeSteps / this.reduction);
    this.fc1 = uniformParameter([hidden, this.timeSteps], this.timeSteps);
    this.fc2 = this.reduction === 1 ? undefined : uniformParameter([this.timeSteps, hidden], hidden);
    this.conv1 = uniformParameter([1, 2, 3, 3], 18);
    this.conv2 = uniformParameter([1, 2, 3, 3], 18);
    for (const tensor of this.#scorePath()) tensor.requiresGrad = this.trainableScore;
  }

  /** The tensors of the score path when they do not learn; the paper counts them as parameters. */
  override frozenParameters(): Tensor[] {
    return this.trainableScore ? [] : this.#scorePath();
  }

  /** Gates and masks of the latest call; they live until the engine's step ends. */
  get lastMaps(): AttentionMaps | undefined {
    return this.#lastMaps?.score.isAlive ? this.#lastMaps : undefined;
  }

  override get streamObstacle(): StreamObstacle {
    return {
      what: "selects planes by their scores over the whole sequence",
      instead: "Collect the steps and call `forward`, or train a network without attention for streams.",
    };
  }

  forward(input: Tensor): Tensor {
    return this.scoped(() => this.#attend(input));
  }

  #attend(input: Tensor): Tensor {
    checkTensor(this.label, input);
    this.#checkShape(input);
    const x = maskPadding(input);
    const { lambda } = this;
    const [score, planes] = this.trainableScore ? this.#select(x) : noGrad(x.engine, () => this.#select(x));
    const convolutions = { important: this.conv1, rest: this.conv2 };
    const { y, gates } = gatePlanes(x, { planes, convolutions, share: lambda });
    this.#lastMaps = { ...gates, score, importantPlanes: planes.important };
    return y;
  }

  #select(x: Tensor) {
    const score = this.#score(x);
    return [score, selectPlanes(score, this.#selection())] as const;
  }

  /** Steps 1 to 3, f32 [B, C, T]. */
  #score(x: Tensor): Tensor {
    const { alpha, beta, fc1, fc2 } = this;
    const { mean, max } = planeStatistics(x);
    const learned = add(scaleBy(mean, alpha), scaleBy(max, beta));
    const hidden = linear(add(scale(add(mean, max), 0.5), learned), fc1);
    return fc2 === undefined ? hidden : linear(relu(hidden), fc2);
  }

  #selection(): SelectionSpec {
    return {
      selectedChannels: Math.floor(this.channels * this.lambda),
      selectedSteps: Math.floor(this.timeSteps * this.lambda),
      maskMode: this.maskMode,
      batchUnion: this.maskScope === "batchUnion",
      weighted: this.trainableScore,
    };
  }

  #scorePath(): Tensor[] {
    const { alpha, beta, fc1, fc2 } = this;
    return fc2 === undefined ? [alpha, beta, fc1] : [alpha, beta, fc1, fc2];
  }

  #checkShape(x: Tensor): void {
    const { timeSteps, channels } = this;
    if (x.shape.length === 5 && x.shape[0] === timeSteps && x.shape[2] === channels) return;
    throw new ShapeError(
      `${this.label}: expected images [T, B, C, H, W] of T = ${timeSteps} steps and C = ${channels} channels, ` +
        `got [${x.shape.join(", ")}]. timeSteps and channels must fit the sequence.`,
    );
  }
}
