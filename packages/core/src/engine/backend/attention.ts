/**
 * Advanced spatial attention (Yao et al., ICCV 2023). A *plane* is one feature map of one sample at one time step. There
 * are two branches: `important` and `rest` are what each has per plane, [T, B, C].
 */
import { type Buffers, type LengthsOf, output } from "./lengths.ts";

/** A sequence of images `[steps, batch, channels, positions]` (`positions = H * W`). */
export interface AttentionSize {
  readonly steps: number;
  readonly batch: number;
  readonly channels: number;
  readonly positions: number;
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

/** Operations of advanced spatial attention; outputs are storages of their own. */
export interface AttentionBackend {
  /** Mean and maximum of every plane, f32 [B, C, T]. */
  planeStatistics(size: AttentionSize, buffers: Buffers<"x" | "mean" | "max">): void;
  /** `gx = gMean / positions`, plus `gMax` at the first position where `x` is `max`. */
  planeStatisticsBackward(size: AttentionSize, buffers: Buffers<"x" | "max" | "gMean" | "gMax" | "gx">): void;
  /**
   * Selects planes by their scores [B, C, T]: a plane is selected by channel when fewer than
   * `selectedChannels` planes of its sample and step come before it, by time likewise among its
   * sample and channel. Higher scores come first, among equal ones the lower index.
   * `important` gets the weight of an important plane and 0 otherwise, `rest` 1 - (is important).
   */
  selectPlanes(
    size: AttentionSize,
    buffers: Buffers<"score" | "important" | "rest">,
    spec: SelectionSpec,
  ): void;
  /** `gScore[b, c, t] = 2 sigmoid'(score) gImportant[t, b, c]` where `rest` is 0, else 0. */
  selectPlanesBackward(
    size: AttentionSize,
    buffers: Buffers<"score" | "rest" | "gImportant" | "gScore">,
  ): void;
  /**
   * Mean and maximum over all T C planes, those of the other branch counting as zero. The mean is
   * divided by `share` (important) and `1 - share` (rest). Descriptors are images [B, 2, H, W], mean first; winners
   * [B, H, W] are t C + c of the first maximum, or -1 when it is a plane of the other branch.
   */
  describePlanes(
    size: AttentionSize,
    buffers: Buffers<
      "x" | "rest" | "importantDescriptor" | "restDescriptor" | "importantWinner" | "restWinner"
    >,
    share: number,
  ): void;
  /** `out = sigmoid(x)`; in place, too. */
  sigmoid(length: number, buffers: Buffers<"x" | "out">): void;
  /** `y = x (important importantGate + rest restGate)`, planes [T, B, C] times gates [B, H, W]. */
  gatePlanes(
    size: AttentionSize,
    buffers: Buffers<"x" | "important" | "rest" | "importantGate" | "restGate" | "y">,
  ): void;
  /** Gradients before the sigmoid: `gImportant = importantGate (1 - importantGate) sum_{t,c} gy x important`; likewise of the rest. */
  gateGradient(
    size: AttentionSize,
    buffers: Buffers<
      "x" | "gy" | "important" | "rest" | "importantGate" | "restGate" | "gImportant" | "gRest"
    >,
  ): void;
  /**
   * `gx = gy (important importantGate + rest restGate)`, plus for planes of each branch the gradient of its mean,
   * `gDescriptor[.., 0] / (T C share)`, and for its winner `gDescriptor[.., 1]`.
   */
  gatePlanesBackward(
    size: AttentionSize,
    buffers: Buffers<
      | ("gy" | "important" | "rest" | "importantGate" | "restGate" | "importantGradient" | "restGradient")
      | ("importantWinner" | "restWinner" | "gx")
    >,
    share: number,
  ): void;
  /** `gImportant[t, b, c] = sum_p gy x gate`. */
  planeWeightGradient(size: AttentionSize, buffers: Buffers<"x" | "gy" | "gate" | "gImportant">): void;
}

const planes = ({ steps, batch, channels }: AttentionSize): number => steps * batch * channels;
const whole = (size: AttentionSize): number => planes(size) * size.positions;
const map = ({ batch, positions }: AttentionSize): number => batch * positions;
const descriptor = (size: AttentionSize): number => 2 * map(size);
const gated = { important: planes, rest: planes, importantGate: map, restGate: map };

/** Lengths of the buffers of `AttentionBackend`. */
export const ATTENTION_LENGTHS: LengthsOf<AttentionBackend> = {
  planeStatistics: { x: whole, mean: output(planes), max: output(planes) },
  planeStatisticsBackward: { x: whole, max: planes, gMean: planes, gMax: planes, gx: output(whole) },
  selectPlanes: { score: planes, important: output(planes), rest: output(planes) },
  selectPlanesBackward: { score: planes, rest: planes, gImportant: planes, gScore: output(planes) },
  describePlanes: {
    ...{
      x: whole,
      rest: planes,
      importantDescriptor: output(descriptor),
      restDescriptor: output(descriptor),
    },
    ...{ importantWinner: output(map), restWinner: output(map) },
  },
  sigmoid: { x: (length) => length, out: output((length) => length) },
  gatePlanes: { x: whole, ...gated, y: output(whole) },
  gateGradient: { x: whole, gy: whole, ...gated, gImportant: output(map), gRest: output(map) },
  gatePlanesBackward: {
    ...{ gy: whole, ...gated, importantGradient: descriptor, restGradient: descriptor },
    ...{ importantWinner: map, restWinner: map, gx: output(whole) },
  },
  planeWeightGradient: { x: whole, gy: whole, gate: map, gImportant: output(planes) },
};
