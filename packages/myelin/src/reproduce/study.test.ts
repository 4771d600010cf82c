import { describe, expect, it } from "vitest";
import type { Result } from "../run/record.ts";
import { formatTable, klifTrials, spreadOf, summarise } from "./study.ts";

const result = (testAccuracy: number, firing: number): Result => ({
  ...{ name: "x", testAccuracy, testLoss: 0, epochs: 1, seconds: 10, trainSamplesPerSecond: 1 },
  ...{ parameters: 1234, activeParameters: 1234, seed: 1, backend: "" },
  firingRate: { mean: firing, layers: {} },
  samples: { train: 1, validation: 0, test: 1 },
});

describe("klifTrials", () => {
  it("pairs every neuron, task and seed, alike in all else", () => {
    const trials = klifTrials({ seeds: 3 });
    expect(new Set(trials.map(({ data, neuron, seed }) => `${data} ${neuron} ${seed}`)).size).toBe(18);
    const plain = trials.map(({ recipe: { network, name, seed, data, ...rest } }) => {
      const rest2 = { ...network, neuron: undefined };
      return JSON.stringify({ ...rest, rest2, validation: data.validation, named: [name, seed].length });
    });
    expect(new Set(plain).size).toBe(1);
    expect(trials.every(({ recipe }) => recipe.data.validation > 0)).toBe(true);
  });

  it("takes epochs, limit and tasks from the caller", () => {
    const trials = klifTrials({ seeds: 1, epochs: 2, limit: 50, data: ["mnist"] });
    expect(trials).toHaveLength(3);
    expect(trials[0]?.recipe).toMatchObject({ epochs: 2, data: { name: "mnist", limit: 50 } });
  });
});

describe("summarise", () => {
  it("gives means and sample standard deviations over seeds", () => {
    const [lif, , klif] = klifTrials({ seeds: 1, data: ["mnist"] });
    if (lif === undefined || klif === undefined) throw new Error("three trials expected");
    const summaries = summarise([
      { trial: lif, result: result(0.9, 0.1) },
      { trial: klif, result: result(0.95, 0.2) },
      { trial: { ...lif, seed: 2 }, result: result(0.92, 0.3) },
    ]);
    expect(summaries.map(({ neuron, seeds }) => [neuron, seeds])).toEqual([
      ["LIF", [1, 2]],
      ["KLIF", [1]],
    ]);
    expect(summaries[0]?.testAccuracy.mean).toBeCloseTo(0.91, 12);
    expect(summaries[0]?.testAccuracy.sd).toBeCloseTo(Math.SQRT2 * 0.01, 12);
    expect(formatTable(summaries)).toContain(
      "| mnist | LIF | 2 | 91.00 ± 1.41 | 20.00 ± 14.14 | 1,234 | 10 |",
    );
  });

  it("has no spread for a single value", () => {
    expect(spreadOf([0.5])).toEqual({ mean: 0.5, sd: 0 });
  });
});
