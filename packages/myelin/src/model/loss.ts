import {
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  sumSoftmaxCrossEntropy,
  tet,
  type Tensor,
} from "@myelin/core";
import { readScores, type ScoreReading } from "@myelin/core/runs";
import { callPart, type OwnLoss, type Parts } from "../plugins/index.ts";
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

/** How outputs become scores under a loss; the mean under one of a plugin, unless it says how. */
export function scoreReading({ type }: Pick<LossRecipe, "type">): ScoreReading {
  return (READINGS as Partial<typeof READINGS>)[type] ?? "mean";
}

/** The objective that a recipe names. */
export function buildObjective(recipe: LossRecipe, own: Parts["losses"] = {}): Objective {
  const { type, ...options } = recipe;
  const reading = scoreReading(recipe);
  const scores = (outputs: Tensor): Tensor => readScores(outputs, reading);
  const part = Object.hasOwn(own, type) ? own[type] : undefined;
  if (part !== undefined) return ownObjective(`loss ${type}`, part, options, scores);
  return { loss: lossOf(recipe), scores };
}

function ownObjective(
  name: string,
  { loss, scores }: OwnLoss,
  options: object,
  otherwise: Objective["scores"],
): Objective {
  const given = options as Parameters<OwnLoss["loss"]>[2];
  return {
    loss: (outputs, labels) => callPart(name, () => loss(outputs, labels, given)),
    scores: scores === undefined ? otherwise : (outputs) => callPart(name, () => scores(outputs, given)),
  };
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
