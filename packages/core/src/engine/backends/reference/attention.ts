/**
 * Advanced spatial attention over sequences of images `[T, B, C, positions]`.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { AttentionBackend, AttentionSize, SelectionSpec } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";
import { exceeds } from "./elementwise.ts";

/** The operations of `AttentionBackend`. */
export const attention: OnArrays<AttentionBackend> = {
  /** `mean[b, c, t] = sum_p x / positions`, `max[b, c, t] = max_p x`. */
  planeStatistics(size, { x, mean, max }) {
    forEachPlane(size, ({ start, score }) => {
      let sum = 0;
      let best = x[start]!;
      for (let p = 0; p < size.positions; p++) {
        sum += x[start + p]!;
        if (exceeds(x[start + p]!, best)) best = x[start + p]!;
      }
      mean[score] = sum / size.positions;
      max[score] = best;
    });
  },

  /** `gx = gMean / positions`, plus `gMax` at the first maximum. */
  planeStatisticsBackward(size, { x, max, gMean, gMax, gx }) {
    forEachPlane(size, ({ start, score }) => {
      const plane = x.subarray(start, start + size.positions);
      gx.fill(gMean[score]! / size.positions, start, start + size.positions);
      const winner = plane.indexOf(max[score]!);
      if (winner >= 0) gx[start + winner]! += gMax[score]!;
    });
  },

  /** Ranks planes by score, combines both selections, and gives important ones their weight. */
  selectPlanes(size, { score, important, rest }, spec) {
    const { steps, channels } = size;
    const byChannel = new Uint8Array(score.length);
    const byTime = new Uint8Array(score.length);
    forEachPlane(size, ({ b, c, t, score: at }) => {
      const first = b * channels * steps;
      byChannel[at] = Number(rankOf(score, first + t, steps, channels, c) < spec.selectedChannels);
      byTime[at] = Number(rankOf(score, first + c * steps, 1, steps, t) < spec.selectedSteps);
    });
    if (spec.batchUnion) for (const selected of [byChannel, byTime]) unite(size, selected);
    forEachPlane(size, ({ score: at, plane }) => {
      const isImportant = combine(spec.maskMode, byChannel[at]!, byTime[at]!);
      important[plane] = isImportant * (spec.weighted ? 2 * logistic(score[at]!) : 1);
      rest[plane] = 1 - isImportant;
    });
  },

  /** `gScore = 2 sigmoid'(score) gImportant` for important planes. */
  selectPlanesBackward(size, { score, rest, gImportant, gScore }) {
    forEachPlane(size, ({ score: at, plane }) => {
      const s = logistic(score[at]!);
      gScore[at] = (1 - rest[plane]!) * 2 * s * (1 - s) * gImportant[plane]!;
    });
  },

  /** Mean and maximum of `x` over the planes of each branch, the others counting as zero. */
  describePlanes(size, buffers, share) {
    const { x, rest, importantDescriptor, restDescriptor, importantWinner, restWinner } = buffers;
    describeBranch(size, share, x, rest, 0, importantDescriptor, importantWinner);
    describeBranch(size, 1 - share, x, rest, 1, restDescriptor, restWinner);
  },

  /** `out = 1 / (1 + exp(-x))`. */
  sigmoid(length, { x, out }) {
    for (let i = 0; i < length; i++) out[i] = logistic(x[i]!);
  },

  /** `y = x (important gate.important + rest gate.rest)`; `x` may also be a gradient. */
  gatePlanes(size, { x, y, ...factors }) {
    multiplyByGates(size, factors, x, y);
  },

  /** `gImportant = importantGate (1 - importantGate) sum_{t,c} gy x important, and likewise of the rest`. */
  gateGradient(size, { x, gy, important, rest, importantGate, restGate, gImportant, gRest }) {
    const branches = [
      [important, importantGate, gImportant],
      [rest, restGate, gRest],
    ] as const;
    for (const [planes, gate, out] of branches) {
      out.fill(0);
      forEachValue(size, (at, plane, place) => (out[place]! += gy[at]! * x[at]! * planes[plane]!));
      for (let i = 0; i < out.length; i++) out[i]! *= gate[i]! * (1 - gate[i]!);
    }
  },

  /** Gradient through the product, then through the mean and the maximum of each branch. */
  gatePlanesBackward(size, { gy, gx, ...buffers }, share) {
    const { steps, batch, channels, positions } = size;
    const { rest, importantGradient, restGradient, importantWinner, restWinner } = buffers;
    multiplyByGates(size, buffers, gy, gx);
    forEachValue(size, (at, plane, place) => {
      const [b, p] = [Math.floor(place / positions), place % positions];
      const isRest = rest[plane] === 1;
      const gradient = isRest ? restGradient : importantGradient;
      const winner = isRest ? restWinner : importantWinner;
      const count = steps * channels * (isRest ? 1 - share : share);
      gx[at]! += gradient[b * 2 * positions + p]! / count;
      const index = Math.floor(plane / (batch * channels)) * channels + (plane % channels);
      if (winner[place] === index) gx[at]! += gradient[(b * 2 + 1) * positions + p]!;
    });
  },

  /** `gImportant[t, b, c] = sum_p gy x gate`. */
  planeWeightGradient(size, { x, gy, gate, gImportant }) {
    gImportant.fill(0);
    forEachValue(size, (at, plane, place) => (gImportant[plane]! += gy[at]! * x[at]! * gate[place]!));
  },
};

/** How many of `count` scores come before the one at `own`: higher ones, and equal ones of a lower index. */
function rankOf(score: Float64Array, first: number, stride: number, count: number, own: number): number {
  const value = score[first + own * stride]!;
  let rank = 0;
  for (let i = 0; i < count; i++) {
    const other = score[first + i * stride]!;
    if (other > value || (other === value && i < own)) rank++;
  }
  return rank;
}

/** Every sample selects what any sample selects. */
function unite(size: AttentionSize, selected: Uint8Array): void {
  const length = size.channels * size.steps;
  for (let i = 0; i < length; i++) {
    let any = 0;
    for (let b = 0; b < size.batch; b++) any |= selected[b * length + i]!;
    for (let b = 0; b < size.batch; b++) selected[b * length + i] = any;
  }
}

function combine(mode: SelectionSpec["maskMode"], a: number, b: number): number {
  if (mode === "xor") return a ^ b;
  return mode === "and" ? a & b : a | b;
}

/** @param branch value of `rest` in the planes of the branch */
function describeBranch(
  size: AttentionSize,
  share: number,
  x: Float64Array,
  rest: Float64Array,
  branch: number,
  descriptor: Float64Array,
  winner: Float64Array,
): void {
  const { steps, batch, channels, positions } = size;
  for (let b = 0; b < batch; b++) {
    for (let p = 0; p < positions; p++) {
      let sum = 0;
      let best = -Infinity;
      let place = -1;
      for (let i = 0; i < steps * channels; i++) {
        const plane = (Math.floor(i / channels) * batch + b) * channels + (i % channels);
        const own = rest[plane] === branch;
        const value = own ? x[plane * positions + p]! : 0;
        sum += value;
        if (!exceeds(value, best)) continue;
        best = value;
        place = own ? i : -1;
      }
      descriptor[b * 2 * positions + p] = sum / (steps * channels * share);
      descriptor[(b * 2 + 1) * positions + p] = best;
      winner[b * positions + p] = place;
    }
  }
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** `to = from (important importantGate + rest restGate)`. */
function multiplyByGates(
  size: AttentionSize,
  {
    important,
    rest,
    importantGate,
    restGate,
  }: Readonly<Record<"important" | "rest" | "importantGate" | "restGate", Float64Array>>,
  from: Float64Array,
  to: Float64Array,
): void {
  forEachValue(size, (at, plane, place) => {
    to[at] = from[at]! * (important[plane]! * importantGate[place]! + rest[plane]! * restGate[place]!);
  });
}

/** Where a plane is: its first value in an image, its number in [B, C, T], its number in [T, B, C]. */
interface Plane {
  readonly b: number;
  readonly c: number;
  readonly t: number;
  readonly start: number;
  readonly score: number;
  readonly plane: number;
}

function forEachPlane(size: AttentionSize, visit: (plane: Plane) => void): void {
  const { steps, batch, channels, positions } = size;
  for (let plane = 0; plane < steps * batch * channels; plane++) {
    const c = plane % channels;
    const b = Math.floor(plane / channels) % batch;
    const t = Math.floor(plane / (channels * batch));
    visit({ b, c, t, plane, start: plane * positions, score: (b * channels + c) * steps + t });
  }
}

/** Visits each value: its place in an image, its plane in [T, B, C], its place in [B, positions]. */
function forEachValue(size: AttentionSize, visit: (at: number, plane: number, place: number) => void): void {
  const { positions } = size;
  forEachPlane(size, ({ b, plane, start }) => {
    for (let p = 0; p < positions; p++) visit(start + p, plane, b * positions + p);
  });
}
