import type { Backend, Storage } from "../backend.ts";
import type { LengthsOf } from "./lengths.ts";

type LossOperation =
  | "softmax"
  | "softmaxBackward"
  | "crossEntropy"
  | "meanSquaredError"
  | "weighClasses"
  | "oneHot"
  | "groupMean"
  | "groupMeanBackward";

/** Operands of losses and what they are built from. */
export const LOSS_LENGTHS: LengthsOf<Pick<Backend, LossOperation>> = {
  softmax: (rows, classes, x, y) => ({ x: [x, rows * classes], y: [y, rows * classes] }),
  softmaxBackward: (rows, classes, y, gy, gx) => ({
    y: [y, rows * classes],
    gy: [gy, rows * classes],
    gx: [gx, rows * classes],
  }),
  crossEntropy: (rows, classes, _smoothing, logits, targets, rowWeights, loss, gradient) => ({
    logits: [logits, rows * classes],
    targets: [targets, servingTargets(rows, classes, targets)],
    rowWeights: [rowWeights, rows],
    loss: [loss, 1],
    gradient: [gradient, rows * classes],
  }),
  meanSquaredError: (x, target, rowWeights, loss, gradient) => ({
    target: [target, x.length],
    rowWeights: [rowWeights, servingWeights(x, rowWeights)],
    loss: [loss, 1],
    gradient: [gradient, x.length],
  }),
  weighClasses: ({ batch, classes }, targets, weights, weighted, samples) => ({
    targets: [targets, batch * classes],
    weights: [weights, classes],
    weighted: [weighted, batch * classes],
    samples: [samples, batch],
  }),
  oneHot: (labels, classes, out) => ({ out: [out, labels.length * classes] }),
  groupMean: (rows, groups, size, x, y) => ({ x: [x, rows * groups * size], y: [y, rows * groups] }),
  groupMeanBackward: (rows, groups, size, gy, gx) => ({
    gy: [gy, rows * groups],
    gx: [gx, rows * groups * size],
  }),
};

/** Targets [B, classes] serve rows whose number B divides; others are refused as if each row had its own. */
function servingTargets(rows: number, classes: number, { length }: Storage): number {
  return divides(length / classes, rows) ? length : rows * classes;
}

/** One weight serves a part of `x`, all parts equal; others are refused as if each value had its own. */
function servingWeights(x: Storage, weights: Storage | null): number {
  return weights && divides(weights.length, x.length) ? weights.length : x.length;
}

function divides(part: number, whole: number): boolean {
  return Number.isInteger(part) && (part === 0 ? whole === 0 : whole % part === 0);
}
