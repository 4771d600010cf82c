import {
  backward,
  FormatError,
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  sumSoftmaxCrossEntropy,
  tensor,
  type Tensor,
  tet,
} from "@myelin/core";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./format.ts";
import { numberOption } from "./options.ts";

type Loss = (x: Tensor, labels: Tensor, options: GoldenCase["options"]) => Tensor;

const LOSSES: Readonly<Record<string, Loss>> = {
  rateCrossEntropy: (x, labels) => rateCrossEntropy(x, labels),
  rateMse: (x, labels) => rateMse(x, labels),
  tet: (x, labels, options) => {
    return tet(x, labels, { lambda: numberOption(options, "lambda_"), phi: numberOption(options, "phi") });
  },
  sumSoftmaxCrossEntropy: (x, labels) => sumSoftmaxCrossEntropy(x, labels),
  maxMembraneCrossEntropy: (x, labels) => maxMembraneCrossEntropy(x, labels),
};

export const LOSS_NAMES = Object.keys(LOSSES);

/** @throws FormatError for a loss that is not known */
export function lossNamed(name: string): Loss {
  const loss = LOSSES[name];
  if (loss) return loss;
  throw new FormatError(`loss: expected one of ${LOSS_NAMES.join(", ")}, got ${name}.`);
}

/** Value and gradient of the loss that the case is named after. */
export async function runLoss(golden: GoldenCase, compare: Comparison): Promise<void> {
  const { data, shape } = golden.tensor("x");
  const x = tensor(data, shape);
  x.requiresGrad = true;
  const labels = golden.tensor("labels");
  const loss = lossNamed(golden.name)(x, tensor(labels.data, labels.shape), golden.options);
  backward(loss);
  await compare.tensor("loss", loss);
  await compare.tensor("dx", x.grad);
}
