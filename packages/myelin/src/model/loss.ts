import {
  maxMembraneCrossEntropy,
  meanOverTime,
  rateCrossEntropy,
  rateMse,
  sumOverTime,
  sumSoftmaxCrossEntropy,
  tet,
  type Tensor,
} from "@myelin/core";
import { maxOverTime, softmax } from "@myelin/core/ops";
import type { LossRecipe } from "../recipe/index.ts";

/** What is minimised, and how the outputs are read as a class. */
export interface Objective {
  /** A scalar, from outputs [T, B, K] and labels [B]. */
  readonly loss: (outputs: Tensor, labels: Tensor) => Tensor;
  /** A score per class, [B, K], from outputs [T, B, K]; the highest one is the prediction. */
  readonly scores: (outputs: Tensor) => Tensor;
}

/** The objective that a recipe names. */
export function buildObjective({ type, ...options }: LossRecipe): Objective {
  const scores = (outputs: Tensor): Tensor => meanOverTime(outputs);
  switch (type) {
    case "rateCrossEntropy":
      return { loss: (outputs, labels) => rateCrossEntropy(outputs, labels, options), scores };
    case "rateMse":
      return { loss: (outputs, labels) => rateMse(outputs, labels, options), scores };
    case "tet":
      return { loss: (outputs, labels) => tet(outputs, labels, options), scores };
    case "sumSoftmaxCrossEntropy":
      return {
        loss: (outputs, labels) => sumSoftmaxCrossEntropy(outputs, labels, options),
        scores: (outputs) => sumOverTime(softmax(outputs)),
      };
    case "maxMembraneCrossEntropy":
      return {
        loss: (outputs, labels) => maxMembraneCrossEntropy(outputs, labels, options),
        scores: (outputs) => maxOverTime(outputs),
      };
  }
}
