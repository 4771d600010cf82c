import {
  maxMembraneCrossEntropy,
  maxOverTime,
  meanOverTime,
  rateCrossEntropy,
  rateMse,
  softmax,
  sumOverTime,
  sumSoftmaxCrossEntropy,
  tet,
  type Tensor,
} from "@myelin/core";
import type { LossRecipe } from "../recipe/index.ts";

/** What is minimised, and how the outputs are read as a class. */
export interface Objective {
  /** A scalar, from outputs [T, B, K] and labels [B]. */
  readonly loss: (outputs: Tensor, labels: Tensor) => Tensor;
  /** A score a class, [B, K], from outputs [T, B, K]; the highest one is the prediction. */
  readonly scores: (outputs: Tensor) => Tensor;
}

/** The objective that a recipe names. */
export function buildObjective(recipe: LossRecipe): Objective {
  const scores = (outputs: Tensor): Tensor => meanOverTime(outputs);
  switch (recipe.type) {
    case "rateCrossEntropy":
      return { loss: (outputs, labels) => rateCrossEntropy(outputs, labels, recipe), scores };
    case "rateMse":
      return { loss: rateMse, scores };
    case "tet":
      return { loss: (outputs, labels) => tet(outputs, labels, recipe), scores };
    case "sumSoftmaxCrossEntropy":
      return {
        loss: (outputs, labels) => sumSoftmaxCrossEntropy(outputs, labels),
        scores: (outputs) => sumOverTime(softmax(outputs)),
      };
    case "maxMembraneCrossEntropy":
      return {
        loss: (outputs, labels) => maxMembraneCrossEntropy(outputs, labels),
        scores: (outputs) => maxOverTime(outputs),
      };
  }
}
