import { createEngine, type Engine } from "@myelin/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseRecipe } from "../recipe/index.ts";
import { buildOptimizer, buildSchedule } from "./index.ts";
import { networkOf } from "../../test/network-of.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ backend: "reference" });
});
afterAll(() => engine.dispose());

/** Rates of the weights and of the neurons in each of `steps` steps, two per epoch. */
async function rates(
  schedule: object,
  extensions: object[] | undefined,
  steps: number,
): Promise<[number, number][]> {
  const recipe = parseRecipe(
    JSON.stringify({
      ...{ name: "test", data: { name: "mnist" }, timeSteps: 2, epochs: 2, extensions, batchSize: 2 },
      network: { type: "mlp", neuron: { type: "KLIF" }, hidden: [] },
      optimizer: { type: "sgd", lr: 0.1, neuronLr: 0.05, schedule },
    }),
  );
  const network = await networkOf(recipe, { input: [1, 2, 2], sequence: false, classes: 10 });
  const optimizer = buildOptimizer(recipe.optimizer, network);
  const planned = buildSchedule(recipe, network, optimizer, 2)!;
  return Array.from({ length: steps }, (_, index) => {
    planned.schedule.apply(optimizer, planned.scheduleUnit === "epoch" ? Math.floor(index / 2) : index);
    return optimizer.groups.map(({ lr }) => lr) as [number, number];
  });
}

it.each(["epoch", "step"])(
  "the last rate of a cosine by %s stays, or another one is stated",
  async (every) => {
    const cosine = { type: "cosine", every };
    const plain = await rates(cosine, undefined, 4);
    const kept = await rates(cosine, [{ epochs: 1 }], 6);
    expect(kept).toEqual([...plain, plain[3], plain[3]]);
    const stated = await rates(
      cosine,
      [{ epochs: 1, lr: 0.01 }, { epochs: 1 }, { epochs: 1, lr: 0.002 }],
      10,
    );
    expect(stated.slice(0, 4)).toEqual(plain);
    const close = ([a, b]: [number, number]): number[] => [a, b].map((lr) => Number(lr.toPrecision(6)));
    expect(stated.slice(4, 8).map(close)).toEqual(Array(4).fill([0.01, 0.005]));
    expect(stated.slice(8).map(close)).toEqual(Array(2).fill([0.002, 0.001]));
  },
);

it("a constant rate can change too", async () => {
  expect(await rates({ type: "constant" }, [{ epochs: 1, lr: 0.2 }], 6)).toEqual([
    ...new Array<number[]>(4).fill([0.1, 0.05]),
    ...new Array<number[]>(2).fill([0.2, 0.1]),
  ]);
});
