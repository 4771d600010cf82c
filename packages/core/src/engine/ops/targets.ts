import { checkInteger, checkNumbers } from "../../checks.ts";
import { inScope, scopeOr } from "../scope.ts";
import { MyelinError, ShapeError } from "../../errors.ts";
import type { ClassWeighting } from "../backend/index.ts";
import { checkTensor } from "../check-tensor.ts";
import { LARGEST_FLOAT32 } from "../float32.ts";
import { describeShape, Tensor } from "../tensor.ts";
import { tensor } from "./create.ts";
import { firstOutside } from "./reduce.ts";

/** A weight for each class: K numbers >= 0, or a tensor [K]. */
export type ClassWeights = ArrayLike<number> | Tensor;

/** Targets [B, K] into which weights of classes are put, and the weight of each sample, f32 [B]. */
export interface WeightedTargets {
  readonly targets: Tensor;
  readonly samples: Tensor;
}

/** Class probabilities, f32 [B, K]: labels [B] become a one in the column of each, probabilities stay as they are. */
export function classTargets(labels: Tensor, classes: number): Tensor {
  const owner = scopeOr("classTargets");
  checkTensor(owner, labels);
  if (!areProbabilities(labels, classes)) return inScope(owner, () => oneHot(labels, classes));
  const bad = firstOutside(labels, { min: 0, max: LARGEST_FLOAT32 });
  if (bad === undefined) return labels;
  const place = `class ${bad.index % classes} of sample ${Math.floor(bad.index / classes)}`;
  throw new MyelinError(
    `${owner}: expected class probabilities >= 0, got ${bad.value} for ${place}. Rows need not add up to 1.`,
  );
}

/**
 * f32 [B, K] with a one in the column of each label.
 *
 * @param labels class numbers 0 .. K - 1, f32 [B]
 * @throws ShapeError unless labels are [B]
 * @throws MyelinError for a label that is not a class
 */
export function oneHot(labels: Tensor, classes: number): Tensor {
  const owner = scopeOr("oneHot");
  checkTensor(owner, labels);
  checkInteger(`${owner}.classes`, classes, { min: 1 });
  if (labels.shape.length !== 1) {
    throw new ShapeError(
      `${owner}: expected class numbers [B] or class probabilities [B, ${classes}], got ${describeShape(labels.shape)}. ` +
        "The last axis of the outputs decides the number of classes.",
    );
  }
  const bad = firstOutside(labels, { min: 0, max: classes - 1, whole: true });
  if (bad) throw new MyelinError(`${owner}: ${labelProblem(bad.value, bad.index, classes)}`);
  const y = labels.engine.empty([labels.size, classes]);
  const size = { rows: labels.size, classes };
  labels.engine.backend.loss.oneHot(size, { labels: labels.storage, out: y.storage });
  return y;
}

/** What is said of a label that is not among the classes. */
export function labelProblem(label: number, sample: number, classes: number): string {
  return (
    `expected labels as whole numbers from 0 to ${classes - 1}, got ${label} for sample ${sample}. ` +
    "The last axis of the outputs decides the number of classes."
  );
}

/**
 * Puts weights of classes into targets, so that a mean over the batch is PyTorch's: divided by the sum of the
 * weights of the labels, or, for class probabilities, by the number of samples.
 *
 * @throws MyelinError unless there are K weights >= 0, of which one that the batch has is above 0
 */
export function weightedTargets(
  labels: Tensor,
  classes: number,
  weight: ClassWeights,
  smoothing: number,
): WeightedTargets {
  const owner = scopeOr("weightedTargets");
  const targets = classTargets(labels, classes);
  const weights = checkWeights(weight, classes, owner);
  const { engine } = labels;
  const weighted = engine.empty(targets.shape);
  const samples = engine.empty([targets.shape[0] as number]);
  const size: ClassWeighting = {
    batch: samples.size,
    classes,
    smoothing,
    byWeight: !areProbabilities(labels, classes),
  };
  const given = { targets: targets.storage, weights: weights.storage };
  const wanted = { weighted: weighted.storage, samples: samples.storage };
  engine.backend.loss.weighClasses(size, { ...given, ...wanted });
  if (firstOutside(samples, { min: 0, max: LARGEST_FLOAT32 }) === undefined)
    return { targets: weighted, samples };
  throw new MyelinError(
    `${owner}.weight: expected a weight above 0 for one of the batch's classes, got none. ` +
      "Give classes that shall not count a small weight, or leave their samples out.",
  );
}

function checkWeights(weight: ClassWeights, classes: number, owner: string): Tensor {
  const isTensor = weight instanceof Tensor;
  const count = isTensor ? weight.size : checkNumbers(`${owner}.weight`, weight).length;
  if (count !== classes) {
    throw new ShapeError(
      `${owner}.weight: expected ${classes} numbers, one for each class, got ${count}. ` +
        "The last axis of the outputs decides the number of classes.",
    );
  }
  const weights = isTensor ? weight : tensor(weight, [classes]);
  const bad = firstOutside(weights, { min: 0, max: LARGEST_FLOAT32 });
  if (bad === undefined) return weights;
  throw new MyelinError(`${owner}.weight: expected numbers >= 0, got ${bad.value} for class ${bad.index}.`);
}

function areProbabilities(labels: Tensor, classes: number): boolean {
  return labels.shape.length === 2 && labels.shape[1] === classes;
}
