/**
 * The part of a backend that advanced spatial attention needs (Yao et al., ICCV 2023). The rules of
 * backend.ts hold. A *plane* is one feature map of one sample at one time step.
 */
import type { Storage } from "./backend.ts";

/** A sequence of images `[steps, batch, channels, positions]` (`positions = H * W`). */
export interface AttentionSize {
  readonly steps: number;
  readonly batch: number;
  readonly channels: number;
  readonly positions: number;
}

/** What both branches of the attention have: one for the important planes, one for the rest. */
export interface Branches {
  readonly important: Storage;
  readonly rest: Storage;
}

/** How the two selections of planes, by channel and by time, become one. */
export type MaskMode = "xor" | "and" | "or";

/** How planes are chosen from their scores. */
export interface SelectionSpec {
  /** How many channels are selected at each time step. */
  readonly selectedChannels: number;
  /** How many time steps are selected for each channel. */
  readonly selectedSteps: number;
  readonly maskMode: MaskMode;
  /** Every sample gets the selections of all samples of the batch together. */
  readonly batchUnion: boolean;
  /** Important planes get the weight `2 sigmoid(score)` instead of 1. */
  readonly weighted: boolean;
}

/** Operations of advanced spatial attention; gradient methods overwrite their outputs. */
export interface AttentionBackend {
  /** Mean and maximum of every plane, f32 [B, C, T]. */
  planeStatistics(size: AttentionSize, x: Storage, mean: Storage, max: Storage): void;
  /** `gx = gMean / positions`, plus `gMax` at the first position where `x` is `max`. */
  planeStatisticsBackward(
    size: AttentionSize,
    x: Storage,
    max: Storage,
    gMean: Storage,
    gMax: Storage,
    gx: Storage,
  ): void;
  /**
   * Selects planes by their scores [B, C, T]: a plane is selected by channel when fewer than
   * `selectedChannels` planes of its sample and step come before it, by time likewise among its
   * sample and channel. Higher scores come first, among equal ones the lower index.
   *
   * @param planes [T, B, C] each: `important` is the weight of an important plane and 0 otherwise, `rest` is 1 - (is important)
   */
  selectPlanes(size: AttentionSize, spec: SelectionSpec, score: Storage, planes: Branches): void;
  /** `gScore[b, c, t] = 2 sigmoid'(score) gImportant[t, b, c]` where `rest` is 0, else 0. */
  selectPlanesBackward(
    size: AttentionSize,
    score: Storage,
    rest: Storage,
    gImportant: Storage,
    gScore: Storage,
  ): void;
  /**
   * Mean and maximum over all T C planes, those of the other branch counting as zero. The mean is
   * divided by `share` (important) and `1 - share` (rest).
   *
   * @param descriptors images [B, 2, H, W], mean first
   * @param winners [B, H, W] each: t C + c of the first maximum, or -1 when it is a plane of the other branch
   */
  describePlanes(
    size: AttentionSize,
    share: number,
    x: Storage,
    rest: Storage,
    descriptors: Branches,
    winners: Branches,
  ): void;
  /** `out = sigmoid(x)`. */
  sigmoid(x: Storage, out: Storage): void;
  /** `y = x (important gate.important + rest gate.rest)`, planes [T, B, C] times gates [B, H, W]. */
  gatePlanes(size: AttentionSize, x: Storage, planes: Branches, gates: Branches, y: Storage): void;
  /** Gradients before the sigmoid: `gLogits = gate (1 - gate) sum_{t,c} gy x planes`, a branch. */
  gateGradient(
    size: AttentionSize,
    x: Storage,
    gy: Storage,
    planes: Branches,
    gates: Branches,
    gLogits: Branches,
  ): void;
  /**
   * `gx = gy (important gate.important + rest gate.rest)`, plus for planes of each branch the gradient
   * of its mean, `gDescriptors[.., 0] / (T C share)`, and for its winner `gDescriptors[.., 1]`.
   */
  gatePlanesBackward(
    size: AttentionSize,
    share: number,
    gy: Storage,
    planes: Branches,
    gates: Branches,
    gDescriptors: Branches,
    winners: Branches,
    gx: Storage,
  ): void;
  /** `gImportant[t, b, c] = sum_p gy x gate`. */
  planeWeightGradient(size: AttentionSize, x: Storage, gy: Storage, gate: Storage, gImportant: Storage): void;
}
