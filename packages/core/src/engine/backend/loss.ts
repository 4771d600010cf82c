import { type Buffers, type LengthsOf, one, output } from "./lengths.ts";

/** Rows of as many values as there are classes. */
export interface ClassSize {
  readonly rows: number;
  readonly classes: number;
}

/** Targets `[batch, classes]` and how they are weighted; see `LossBackend.weighClasses`. */
export interface ClassWeighting {
  readonly batch: number;
  readonly classes: number;
  /** Share of the target spread evenly over all classes. */
  readonly smoothing: number;
  /** Whether a mean over samples divides by the sum of their weights, instead of their number. */
  readonly byWeight: boolean;
}

/** Rows of `groups` groups of `size` neighbours. */
export interface GroupSize {
  readonly rows: number;
  readonly groups: number;
  readonly size: number;
}

/** Losses, and what they are built from; outputs are storages of their own. */
export interface LossBackend {
  /** `y[r, c] = e^(x[r, c]) / sum_j e^(x[r, j])`. */
  softmax(size: ClassSize, buffers: Buffers<"x" | "y">): void;
  /** `gx = y (gy - sum_j y_j gy_j)` per row. */
  softmaxBackward(size: ClassSize, buffers: Buffers<"y" | "gy" | "gx">): void;
  /**
   * Cross-entropy against targets, with label smoothing (PyTorch's), and its gradient per unit of loss:
   *
   *   q        = (1 - smoothing) target + smoothing / classes
   *   loss     = mean_r w[r] sum_c -q[c] log p[r, c]
   *   gradient = w[r] ((sum_c q[c]) p - q) / rows
   *
   * Row r uses row `r mod B` of the targets, [B, classes], so a target serves all time steps. Targets need not add
   * up to 1. `rowWeights` are w, [rows]; 1 each when absent. Rows of weight 0 are not read.
   */
  crossEntropy(
    size: ClassSize,
    buffers: Buffers<"logits" | "targets" | "loss" | "gradient", "rowWeights">,
    smoothing: number,
  ): void;
  /**
   * `loss = mean(w (x - target)^2)` of `length` values, and its gradient per unit of loss. `rowWeights` are w, one for
   * each row of `length / rows` values; 1 each when absent. Rows of weight 0 are not read.
   */
  meanSquaredError(
    length: number,
    buffers: Buffers<"x" | "target" | "loss" | "gradient", "rowWeights">,
  ): void;
  /**
   * Weights of classes, put into targets so that a mean over samples is PyTorch's:
   *
   *   v[b]           = sum_c weights[c] targets[b, c]
   *   n              = mean_b v[b]  with `byWeight`, else 1
   *   samples[b]     = v[b] / n
   *   weighted[b, c] = weights[c] ((1 - smoothing) targets[b, c] + smoothing / classes) / n
   */
  weighClasses(size: ClassWeighting, buffers: Buffers<"targets" | "weights" | "weighted" | "samples">): void;
  /** `out[b, c] = 1` where `labels[b] = c`, else 0. */
  oneHot(size: ClassSize, buffers: Buffers<"labels" | "out">): void;
  /** `y[r, g]` = mean of the neighbours `x[r, g size ...]` (voting). */
  groupMean(size: GroupSize, buffers: Buffers<"x" | "y">): void;
  /** `gx[r, g size + i] = gy[r, g] / size`. */
  groupMeanBackward(size: GroupSize, buffers: Buffers<"gy" | "gx">): void;
}

const values = ({ rows, classes }: ClassSize): number => rows * classes;
const groups = (size: GroupSize): number => size.rows * size.groups;
const members = (size: GroupSize): number => groups(size) * size.size;
const all = (length: number): number => length;
const table = ({ batch, classes }: ClassWeighting): number => batch * classes;

/** Lengths of the buffers of `LossBackend`. */
export const LOSS_LENGTHS: LengthsOf<LossBackend> = {
  softmax: { x: values, y: output(values) },
  softmaxBackward: { y: values, gy: values, gx: output(values) },
  crossEntropy: {
    logits: values,
    targets: (size, { targets }) => servingTargets(size, targets.length),
    rowWeights: ({ rows }) => rows,
    loss: output(one),
    gradient: output(values),
  },
  meanSquaredError: {
    x: all,
    target: all,
    rowWeights: (length, { rowWeights }) => servingWeights(length, rowWeights?.length ?? 0),
    loss: output(one),
    gradient: output(all),
  },
  weighClasses: {
    targets: table,
    weights: ({ classes }) => classes,
    weighted: output(table),
    samples: output(({ batch }) => batch),
  },
  oneHot: { labels: ({ rows }) => rows, out: output(values) },
  groupMean: { x: members, y: output(groups) },
  groupMeanBackward: { gy: groups, gx: output(members) },
};

/** Targets [B, classes] serve rows whose number B divides; others are refused as if each row had its own. */
function servingTargets({ rows, classes }: ClassSize, length: number): number {
  return divides(length / classes, rows) ? length : rows * classes;
}

/** One weight serves a part of all values, all parts equal; others are refused as if each value had its own. */
function servingWeights(length: number, weights: number): number {
  return divides(weights, length) ? weights : length;
}

function divides(part: number, whole: number): boolean {
  return Number.isInteger(part) && (part === 0 ? whole === 0 : whole % part === 0);
}
