import { checkInteger, checkNumber, checkOptions } from "../../checks.ts";
import { ShapeError } from "../../errors.ts";
import { record } from "../autograd.ts";
import { checkTensor } from "../check-tensor.ts";
import type { Tensor } from "../tensor.ts";
import { lastAxis, requireAxis, requirePlain, requireSameShape, shapeError } from "./arguments.ts";

/** Softmax over the last axis. */
export function softmax(x: Tensor, owner = "softmax"): Tensor {
  requirePlain(owner, x);
  requireAxis(owner, x);
  const { engine } = x;
  const classes = lastAxis(x);
  const rows = x.size / classes;
  const y = engine.empty(x.shape);
  engine.backend.softmax(rows, classes, x.storage, y.storage);
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape);
    engine.backend.softmaxBackward(rows, classes, y.storage, (gy as Tensor).storage, gx.storage);
    return [gx];
  });
  return y;
}

/**
 * Mean cross-entropy of logits against labels or class probabilities, with PyTorch's label smoothing.
 *
 * @param logits f32 [..., B, K]; a label serves every leading index (time step)
 * @param labels class numbers 0 .. K - 1, f32 [B], or class probabilities, f32 [B, K]
 * @throws ShapeError when the batch sizes differ
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  options: { labelSmoothing?: number } = {},
  owner = "crossEntropy",
): Tensor {
  requirePlain(owner, logits);
  requireAxis(owner, logits);
  checkTensor(
    `${owner}.labels`,
    labels,
    logits,
    "Labels are a tensor [B]: `tensor(labels, [labels.length])`.",
  );
  checkOptions(owner, options, { labelSmoothing: true });
  checkNumber(`${owner}.labelSmoothing`, options.labelSmoothing ?? 0, { min: 0, below: 1 });
  const classes = lastAxis(logits);
  const rows = logits.size / classes;
  const targets = classTargets(labels, classes);
  if (logits.shape.at(-2) !== targets.shape[0]) {
    const expected = `logits [..., ${targets.shape[0]}, K] for ${targets.shape[0]} labels`;
    shapeError(owner, expected, logits.shape, "One label a sample.");
  }
  const { engine } = logits;
  const loss = engine.empty([]);
  const unit = engine.empty(logits.shape);
  const buffers = [logits.storage, targets.storage, loss.storage, unit.storage] as const;
  engine.backend.crossEntropy(rows, classes, options.labelSmoothing ?? 0, ...buffers);
  record([logits], [loss], ([gradient]) => [scaleBy(unit, gradient as Tensor)]);
  return loss;
}

/** `mean((x - target)^2)`; no gradient flows into `target`. */
export function meanSquaredError(x: Tensor, target: Tensor, owner = "meanSquaredError"): Tensor {
  requireSameShape(owner, x, target);
  const { engine } = x;
  const loss = engine.empty([]);
  const unit = engine.empty(x.shape, x.format);
  engine.backend.meanSquaredError(x.storage, target.storage, loss.storage, unit.storage);
  record([x], [loss], ([gradient]) => [scaleBy(unit, gradient as Tensor)]);
  return loss;
}

/** The stored gradient of one unit of loss, times the gradient of the loss. */
function scaleBy(unit: Tensor, gradient: Tensor): Tensor {
  const gx = unit.engine.empty(unit.shape, unit.format);
  unit.engine.backend.scaleBy(unit.storage, gradient.storage, gx.storage);
  return gx;
}

/** Class probabilities, f32 [B, K]: labels [B] become a one in the column of each, probabilities stay as they are. */
export function classTargets(labels: Tensor, classes: number): Tensor {
  checkTensor("classTargets", labels);
  const areProbabilities = labels.shape.length === 2 && labels.shape[1] === classes;
  return areProbabilities ? labels : oneHot(labels, classes);
}

/** f32 [B, K] with a one in the column of each label. */
export function oneHot(labels: Tensor, classes: number): Tensor {
  checkTensor("oneHot", labels);
  checkInteger("oneHot.classes", classes, { min: 1 });
  const y = labels.engine.empty([labels.size, classes]);
  labels.engine.backend.oneHot(labels.storage, classes, y.storage);
  return y;
}

/** Voting: the mean of each group of `size` neighbours, [..., G size] -> [..., G]. */
export function groupMean(x: Tensor, size: number, owner = "groupMean"): Tensor {
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
  engine.backend.groupMean(rows, groups, size, x.storage, y.storage);
  record([x], [y], ([gy]) => {
    const gx = engine.empty(x.shape);
    engine.backend.groupMeanBackward(rows, groups, size, (gy as Tensor).storage, gx.storage);
    return [gx];
  });
  return y;
}
