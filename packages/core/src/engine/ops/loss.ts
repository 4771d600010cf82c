import { checkInteger, checkNumber, checkOptions } from "../../checks.ts";
import { inScope, scopeOr } from "../scope.ts";
import { ShapeError } from "../../errors.ts";
import { record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { lastAxis, requireAxis, requirePlain, requireSameShape, shapeError } from "./arguments.ts";
import { paddingInTime } from "./padding.ts";
import { type ClassWeights, classTargets, weightedTargets } from "./targets.ts";

/** Softmax over the last axis. */
export function softmax(x: Tensor): Tensor {
  const owner = scopeOr("softmax");
  requirePlain(owner, x);
  requireAxis(owner, x);
  const { engine } = x;
  const classes = lastAxis(x);
  const rows = x.size / classes;
  const y = engine.empty(x.shape);
  const { loss } = engine.backend;
  loss.softmax({ rows, classes }, { x: x.storage, y: y.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape);
    const buffers = { y: y.storage, gy: (gy as Tensor).storage, gx: gx.storage };
    loss.softmaxBackward({ rows, classes }, buffers);
    return [gx];
  });
  return y;
}

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions {
  /** Share of the target spread evenly over all classes, 0 <= labelSmoothing < 1; default 0. */
  readonly labelSmoothing?: number | undefined;
  /** A weight >= 0 for each class; all count the same if left out. */
  readonly weight?: ClassWeights | undefined;
  /** Steps of each sample that count, for logits [T, B, K]; those of the running step (`setLengths`) if left out. */
  readonly lengths?: ArrayLike<number> | undefined;
}

/**
 * Mean cross-entropy of logits against labels or class probabilities, with PyTorch's label smoothing and weights:
 *
 *   q[b, c]   = weight[c] ((1 - labelSmoothing) target[b, c] + labelSmoothing / K)
 *   loss      = sum_b sum_c -q[b, c] log softmax(logits[b])[c] / N
 *   gradient  = ((sum_c q[b, c]) softmax(logits[b]) - q[b]) / N
 *
 * N is the sum of the weights of the labels (B without weights); for class probabilities it is B. Logits
 * [T, B, K] give the mean over the T steps of a sample that count. Class probabilities need not add up to 1.
 *
 * @param logits f32 [..., B, K]; a label serves every leading index (time step)
 * @param labels class numbers 0 .. K - 1, f32 [B], or class probabilities, f32 [B, K]
 * @throws ShapeError when the batch sizes differ
 * @throws MyelinError for a label that is not a class, a probability that is negative or not finite, or weights
 * that are not K numbers >= 0
 */
export function crossEntropy(logits: Tensor, labels: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const owner = scopeOr("crossEntropy");
  requirePlain(owner, logits);
  requireAxis(owner, logits);
  checkTensor(
    `${owner}.labels`,
    labels,
    logits,
    "Labels are a tensor [B]: `tensor(labels, [labels.length])`.",
  );
  checkOptions(owner, options, { labelSmoothing: true, weight: true, lengths: true });
  const classes = lastAxis(logits);
  const rows = logits.size / classes;
  const bounds = { min: 0, below: 1 };
  const smoothing = checkNumber(`${owner}.labelSmoothing`, options.labelSmoothing ?? 0, bounds);
  const { weight } = options;
  const weighted =
    weight === undefined
      ? undefined
      : inScope(owner, () => weightedTargets(labels, classes, weight, smoothing));
  const targets = weighted?.targets ?? inScope(owner, () => classTargets(labels, classes));
  if (logits.shape.at(-2) !== targets.shape[0]) {
    const expected = `logits [..., ${targets.shape[0]}, K] for ${targets.shape[0]} labels`;
    shapeError(owner, expected, logits.shape, "One label a sample.");
  }
  const { engine } = logits;
  const loss = engine.empty([]);
  const unit = engine.empty(logits.shape);
  const rowWeights = paddingInTime(owner, logits, options.lengths)?.shares.storage;
  const buffers = {
    logits: logits.storage,
    targets: targets.storage,
    rowWeights,
    loss: loss.storage,
    gradient: unit.storage,
  };
  engine.backend.loss.crossEntropy({ rows, classes }, buffers, weighted ? 0 : smoothing);
  record([logits], [loss], ([gradient]) => [scaleBy(unit, gradient as Tensor)]);
  return loss;
}

/** Options of `meanSquaredError`. */
export interface SquaredErrorOptions {
  /** Factors of the squares, f32 [R]: one for each row, a part of R equal ones; 1 each if left out. */
  readonly rowWeights?: Tensor | undefined;
  /** Steps of each sample that count, for x [T, B, ...]; those of the running step (`setLengths`) if left out. */
  readonly lengths?: ArrayLike<number> | undefined;
}

/**
 * `mean((x - target)^2)`; no gradient flows into `target`. Of sequences [T, B, ...] it is the mean over samples of
 * the means over their steps that count.
 */
export function meanSquaredError(x: Tensor, target: Tensor, options: SquaredErrorOptions = {}): Tensor {
  const owner = scopeOr("meanSquaredError");
  checkOptions(owner, options, { rowWeights: true, lengths: true });
  requireSameShape(owner, x, target);
  const { engine } = x;
  const loss = engine.empty([]);
  const unit = engine.empty(x.shape, x.format);
  const shares = paddingInTime(owner, x, options.lengths)?.shares;
  const rowWeights = options.rowWeights ?? shares;
  if (rowWeights !== undefined) checkRows(`${owner}.rowWeights`, rowWeights, x);
  const given = { x: x.storage, target: target.storage, rowWeights: rowWeights?.storage };
  engine.backend.loss.meanSquaredError(x.size, { ...given, loss: loss.storage, gradient: unit.storage });
  record([x], [loss], ([gradient]) => [scaleBy(unit, gradient as Tensor)]);
  return loss;
}

/** Requires a weight for each of some equal parts of `x`. */
function checkRows(symbol: string, weights: Tensor, x: Tensor): void {
  checkTensor(symbol, weights, x);
  if (weights.size > 0 && x.size % weights.size === 0) return;
  shapeError(
    symbol,
    `a number of rows that divides ${x.size} values`,
    weights.shape,
    "One for each first index.",
  );
}

/** The stored gradient of one unit of loss, times the gradient of the loss. */
function scaleBy(unit: Tensor, gradient: Tensor): Tensor {
  const gx = unit.engine.empty(unit.shape, unit.format);
  const buffers = { x: unit.storage, factor: gradient.storage, out: gx.storage };
  unit.engine.backend.elementwise.scaleBy(unit.size, buffers);
  return gx;
}

/** Voting: the mean of each group of `size` neighbours, [..., G size] -> [..., G]. */
export function groupMean(x: Tensor, size: number): Tensor {
  const owner = scopeOr("groupMean");
  requirePlain(owner, x);
  requireAxis(owner, x);
  checkInteger(`${owner}.size`, size, { min: 1 }, "It is the number of neighbours in a group.");
  const features = lastAxis(x);
  if (features % size !== 0) {
    throw new ShapeError(
      `${owner}: expected a number of features that groups of ${size} divide evenly, got ${features}. ` +
        "Use classes x group size outputs in the layer before.",
    );
  }
  const { engine } = x;
  const groups = features / size;
  const rows = x.size / features;
  const y = engine.empty([...x.shape.slice(0, -1), groups]);
  const { loss } = engine.backend;
  loss.groupMean({ rows, groups, size }, { x: x.storage, y: y.storage });
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape);
    loss.groupMeanBackward({ rows, groups, size }, { gy: (gy as Tensor).storage, gx: gx.storage });
    return [gx];
  });
  return y;
}
