import { expect, it } from "vitest";
import { parseRecipe } from "../recipe/index.ts";
import type { EpochMetrics, RunRecord } from "../records/index.ts";
import { compareRuns, renderComparison, type ComparedRun } from "./compare.ts";

function run(folder: string, changes: object, epochs: number, accuracy?: number): ComparedRun {
  const recipe = parseRecipe(
    JSON.stringify({
      ...{ name: "net", data: { name: "mnist" }, timeSteps: 2, epochs: 3, batchSize: 2 },
      network: { type: "mlp", neuron: { type: "LIF" }, hidden: [4] },
      optimizer: { type: "adam", lr: 1e-3 },
      ...changes,
    }),
  );
  const metrics = Array.from({ length: epochs }, (_, epoch): EpochMetrics => {
    const line = { kind: "epoch", epoch: epoch + 1, step: epoch, trainLoss: 1, trainAccuracy: 0.5 } as const;
    const held = accuracy === undefined ? {} : { testAccuracy: accuracy, testLoss: 1 };
    return { ...line, ...held, lr: 1e-3, seconds: 1, trainSamplesPerSecond: 1 };
  });
  return { folder, record: { recipe, metrics } satisfies RunRecord };
}

it("puts seeds of the same settings together and names what tells the others apart", () => {
  const optimizer = { type: "adam", lr: 0.01 };
  const groups = compareRuns([
    run("a", { seed: 1 }, 2),
    run("b", { optimizer }, 2),
    run("c", { seed: 2 }, 1),
  ]);
  expect(groups.map(({ runs }) => runs.map(({ folder }) => folder))).toEqual([["a", "c"], ["b"]]);
  expect(groups.map(({ name }) => name)).toEqual(["net (a)", "net (b)"]);
  expect(groups.map(({ settings }) => settings)).toEqual([
    { "optimizer.lr": "0.001" },
    { "optimizer.lr": "0.01" },
  ]);
});

it("draws runs on other data, without an epoch or without measured accuracy", () => {
  const shd = { name: "<shd>".slice(1, 4), data: { name: "shd" }, timeSteps: undefined };
  const html = renderComparison([run("a", {}, 3, 0.5), run("b", shd, 0), run("c", { seed: 5 }, 2)]);
  expect(html).toContain("0, not ended");
  expect(html).toContain("data.name");
  expect(renderComparison([run("a", {}, 0)])).toContain("all runs have the same");
});
