import { createEngine, tensor, type Engine } from "@myelin/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lossSchema } from "../recipe/training-schema.ts";
import { buildObjective } from "./loss.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ backend: "reference" });
});
afterAll(() => engine.dispose());

test.each(["rateCrossEntropy", "rateMse", "tet", "sumSoftmaxCrossEntropy", "maxMembraneCrossEntropy"])(
  "%s takes a weight for each class",
  async (type) => {
    const lossOf = (recipe: object): Promise<number> =>
      engine.step(() => {
        const outputs = tensor([0.5, -1, 0.25, 2], [1, 2, 2]);
        const { loss } = buildObjective(lossSchema.parse({ type, ...recipe }));
        return loss(outputs, tensor([0, 1])).item();
      });
    const plain = await lossOf(type === "tet" ? { lambda: 0 } : {});
    const first = await lossOf({ weight: [1, 0], ...(type === "tet" && { lambda: 0 }) });
    const second = await lossOf({ weight: [0, 1], ...(type === "tet" && { lambda: 0 }) });
    expect(first).not.toBeCloseTo(second, 2);
    expect((first + second) / 2).toBeCloseTo(plain, 6);
    expect(() => lossSchema.parse({ type, weight: [1, -1] })).toThrow();
  },
);
