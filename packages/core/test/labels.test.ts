/** Labels that are not classes, and probabilities that are not numbers >= 0, are errors at every door. */
import { describe, expect, it } from "vitest";
import {
  crossEntropy,
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  sumSoftmaxCrossEntropy,
  tensor,
  type Tensor,
  tet,
} from "../src/index.ts";
import { classTargets, oneHot } from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

const DOORS: Record<string, (x: Tensor, labels: Tensor) => Tensor> = {
  classTargets: (_, labels) => classTargets(labels, 3),
  crossEntropy: (x, labels) => crossEntropy(x, labels),
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  sumSoftmaxCrossEntropy,
  tet,
};

describe.each(BACKENDS)("labels on %s", (backend) => {
  const engine = withEngine(backend);
  const x = (): Tensor => tensor([2, -1, 0.5, 0, 1, 3], [1, 2, 3]);

  describe.each([...Object.entries(DOORS), ["oneHot", (_: Tensor, labels: Tensor) => oneHot(labels, 3)]])(
    "%s",
    (name, loss) => {
      it.each([3, -1, 0.5, NaN, Infinity])("refuses label %s", async (label) => {
        await engine().step(() => {
          expect(() => loss(x(), tensor([1, label]))).toThrow(
            `${name}: expected labels as whole numbers from 0 to 2, got ${label} for sample 1.`,
          );
        });
      });

      it("refuses labels of another shape", async () => {
        await engine().step(() => {
          expect(() => loss(x(), tensor([0, 1], [2, 1]))).toThrow(
            `${name}: expected class numbers [B] or class probabilities [B, 3], got [2, 1].`,
          );
        });
      });
    },
  );

  it.each(Object.entries(DOORS))("%s refuses probabilities that are none", async (name, loss) => {
    await engine().step(() => {
      for (const share of [-0.25, NaN, Infinity]) {
        expect(() => loss(x(), tensor([0, 1, 0, 0.5, 0.5, share], [2, 3]))).toThrow(
          `${name}: expected class probabilities >= 0, got ${share} for class 2 of sample 1.`,
        );
      }
    });
  });
});
