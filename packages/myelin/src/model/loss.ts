import {
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  sumSoftmaxCrossEntropy,
  tet,
  type Tensor,
} from "@myelin/core";
import { readScores, type ScoreReading } from "@myelin/core/runs";
import type { LossRecipe } from "../recipe/index.ts";

/** What is minimised, and how the outputs are read as a class. */
export interface Objective {
  /** A scalar, from outputs [T, B, K] and labels [B]. */
  readonly loss: (outputs: Tensor, labels: Tensor) => Tensor;
  /** A score per class, [B, K], from outputs [T, B, K]; the highest one is the prediction. */
  readonly scores: (outputs: Tensor) => Tensor;
}

const READINGS: Readonly<Record<LossRecipe["type"], ScoreReading>> = {
  rateCrossEntropy: "mean",
  rateMse: "mean",
  tet: "mean",
  sumSoftmaxCrossEntropy: "sumOfSoftmax",
  maxMembraneCrossEntropy: "max",
};

/** How outputs become scores under a loss. */
export function scoreReading({ type }: LossRecipe): ScoreReading {
  return READINGS[type];
}

/** The objective that a recipe names. */
export function buildObjective(recipe: LossRecipe): Objective {
  const reading = scoreReading(recipe);
  return { loss: lossOf(recipe), scores: (outputs) => readScores(outputs, reading) };
}

function lossOf({ type, ...options }: LossRecipe): Objective["loss"] {
  switch (type) {
    case "rateCrossEntropy":
      return (outputs, labels) => rateCrossEntropy(outputs, labels, options);
    case "rateMse":
      return (outputs, labels) => rateMse(outputs, labels, options);
    case "tet":
      return (outputs, labels) => tet(outputs, labels, options);
    case "sumSoftmaxCrossEntropy":
      return (outputs, labels) => sumSoftmaxCrossEntropy(outputs, labels, options);
    case "maxMembraneCrossEntropy":
      return (outputs, labels) => maxMembraneCrossEntropy(outputs, labels, options);
  }
}
