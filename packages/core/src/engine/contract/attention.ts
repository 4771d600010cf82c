import type { AttentionBackend, AttentionSize, Branches } from "../backend-attention.ts";
import type { LengthsOf, Operands } from "./lengths.ts";

/** Operands of advanced spatial attention. */
export const ATTENTION_LENGTHS: LengthsOf<AttentionBackend> = {
  planeStatistics: (size, x, mean, max) => ({
    x: [x, wholeLength(size)],
    mean: [mean, planesOf(size)],
    max: [max, planesOf(size)],
  }),
  planeStatisticsBackward: (size, x, max, gMean, gMax, gx) => ({
    x: [x, wholeLength(size)],
    max: [max, planesOf(size)],
    gMean: [gMean, planesOf(size)],
    gMax: [gMax, planesOf(size)],
    gx: [gx, wholeLength(size)],
  }),
  selectPlanes: (size, _spec, score, planes) => ({
    score: [score, planesOf(size)],
    ...both("planes", planes, planesOf(size)),
  }),
  selectPlanesBackward: (size, score, rest, gImportant, gScore) => ({
    score: [score, planesOf(size)],
    rest: [rest, planesOf(size)],
    gImportant: [gImportant, planesOf(size)],
    gScore: [gScore, planesOf(size)],
  }),
  describePlanes: (size, _share, x, rest, descriptors, winners) => ({
    x: [x, wholeLength(size)],
    rest: [rest, planesOf(size)],
    ...both("descriptors", descriptors, 2 * mapLength(size)),
    ...both("winners", winners, mapLength(size)),
  }),
  sigmoid: (x, out) => ({ x: [x, out.length] }),
  gatePlanes: (size, x, planes, gates, y) => ({
    x: [x, wholeLength(size)],
    ...both("planes", planes, planesOf(size)),
    ...both("gates", gates, mapLength(size)),
    y: [y, wholeLength(size)],
  }),
  gateGradient: (size, x, gy, planes, gates, gLogits) => ({
    x: [x, wholeLength(size)],
    gy: [gy, wholeLength(size)],
    ...both("planes", planes, planesOf(size)),
    ...both("gates", gates, mapLength(size)),
    ...both("gLogits", gLogits, mapLength(size)),
  }),
  gatePlanesBackward: (size, _share, gy, planes, gates, gDescriptors, winners, gx) => ({
    gy: [gy, wholeLength(size)],
    ...both("planes", planes, planesOf(size)),
    ...both("gates", gates, mapLength(size)),
    ...both("gDescriptors", gDescriptors, 2 * mapLength(size)),
    ...both("winners", winners, mapLength(size)),
    gx: [gx, wholeLength(size)],
  }),
  planeWeightGradient: (size, x, gy, gate, gImportant) => ({
    x: [x, wholeLength(size)],
    gy: [gy, wholeLength(size)],
    gate: [gate, mapLength(size)],
    gImportant: [gImportant, planesOf(size)],
  }),
};

function planesOf({ steps, batch, channels }: AttentionSize): number {
  return steps * batch * channels;
}

function mapLength({ batch, positions }: AttentionSize): number {
  return batch * positions;
}

function wholeLength(size: AttentionSize): number {
  return planesOf(size) * size.positions;
}

function both(name: string, { important, rest }: Branches, length: number): Operands {
  return { [`${name}.important`]: [important, length], [`${name}.rest`]: [rest, length] };
}
