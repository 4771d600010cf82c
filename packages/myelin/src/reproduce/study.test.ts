import { describe, expect, it } from "vitest";
import type { Result } from "../records/index.ts";
import { widthWithoutPositions } from "./studies/delays.ts";
import { STUDIES } from "./studies/index.ts";
import { planTrials, type Study, type Trial } from "./study.ts";
import { spreadOf } from "./spread.ts";
import { differences, summarise, type Finished } from "./summary.ts";
import { formatStudy } from "./table.ts";

const result = (testAccuracy: number, firing: number): Result => ({
  ...{ name: "x", testAccuracy, testLoss: 0, epochs: 1, seconds: 10, trainSamplesPerSecond: 1 },
  ...{ parameters: 1234, activeParameters: 1234, seed: 1, backend: "" },
  firingRate: { mean: firing, layers: {} },
  samples: { train: 1, validation: 0, test: 1 },
});

const finished = (trial: Trial | undefined, ...numbers: [number, number]): Finished => {
  if (trial === undefined) throw new Error("a trial expected");
  return { trial, result: result(...numbers), folder: "x" };
};

describe("planTrials", () => {
  it.each<[string, Study]>(Object.entries(STUDIES))(
    "pairs every task, variant and seed of %s",
    (_, study) => {
      const trials = planTrials(study, { seeds: 3 });
      const names = new Set(trials.map(({ task, variant, seed }) => `${task} ${variant} ${seed}`));
      expect(names.size).toBe(3 * study.tasks.length * study.variants.length);
      expect(trials).toHaveLength(names.size);
      expect(trials.every(({ recipe }) => recipe.data.validation !== 0)).toBe(true);
      expect(trials.map(({ seed }) => seed)).toEqual(trials.map(({ seed }) => seed).sort());
    },
  );

  it("changes nothing but the neuron in the klif study", () => {
    const trials = planTrials(STUDIES.klif, { seeds: 1, data: ["fashion-mnist"] });
    const plain = trials.map(({ recipe: { network, name, ...rest } }) =>
      JSON.stringify({ ...rest, network: { ...network, neuron: undefined }, named: name.length > 0 }),
    );
    expect(new Set(plain).size).toBe(1);
  });

  it("takes epochs, limit, tasks and variants from the caller", () => {
    const options = { seeds: 1, epochs: 2, limit: 50, data: ["mlp"], only: ["dense", "set"] };
    const trials = planTrials(STUDIES.esl, options);
    expect(trials.map(({ variant }) => variant)).toEqual([
      "dense",
      ...["set-50", "set-20", "set-10", "set-5", "set-2"],
    ]);
    expect(trials[0]?.recipe).toMatchObject({
      epochs: 2,
      data: { name: "fashion-mnist", limit: 50, limitTest: 50 },
    });
  });

  it("names what it does not have", () => {
    expect(() => planTrials(STUDIES.klif, { seeds: 1, data: ["cifar10"] })).toThrow(
      '--data: expected one of mnist, fashion-mnist, nmnist, got "cifar10".',
    );
    expect(() => planTrials(STUDIES.esl, { seeds: 1, only: ["set-11"] })).toThrow(/^--only: expected one of/);
  });
});

describe("the delays study", () => {
  it("gives networks without trained positions the same number of parameters", () => {
    const connections = (width: number): number => width * (140 + width + 20);
    for (const width of [16, 128, 256]) {
      const wide = widthWithoutPositions(width);
      const budget = 2 * connections(width) + 4 * width;
      expect(connections(wide) + 4 * wide).toBeLessThanOrEqual(budget);
      expect(connections(wide + 1) + 4 * (wide + 1)).toBeGreaterThan(budget);
    }
  });
});

describe("summarise", () => {
  const [lif, , klif] = planTrials(STUDIES.klif, { seeds: 1, data: ["mnist"] });
  const summaries = summarise(STUDIES.klif, [
    finished(lif, 0.9, 0.1),
    finished(klif, 0.95, 0.2),
    finished(lif && { ...lif, seed: 2 }, 0.92, 0.3),
  ]);

  it("gives means and sample standard deviations over seeds", () => {
    expect(summaries.map(({ variant, seeds }) => [variant, seeds])).toEqual([
      ["lif", [1, 2]],
      ["klif", [1]],
    ]);
    expect(summaries[0]?.values.testAccuracy?.mean).toBeCloseTo(0.91, 12);
    expect(summaries[0]?.values.testAccuracy?.sd).toBeCloseTo(Math.SQRT2 * 0.01, 12);
  });

  it("shows the name that the data gives itself", () => {
    const [none, fixed] = planTrials(STUDIES.delays, { seeds: 1 });
    const runs = [finished(none, 0.5, 0.1), finished(fixed, 0.6, 0.1)].map((entry) => ({
      ...entry,
      result: { ...entry.result, data: "SHD (regenerated)" },
    }));
    const lines = summarise(STUDIES.delays, runs);
    const text = formatStudy(STUDIES.delays, lines, differences(STUDIES.delays, lines));
    expect(text.match(/\| SHD \(regenerated\) \|/g)).toHaveLength(3);
  });

  it("compares variants and writes both tables", () => {
    const found = differences(STUDIES.klif, summaries);
    expect(found).toHaveLength(1);
    const text = formatStudy(STUDIES.klif, summaries, found);
    expect(text).toContain("| mnist | LIF | 2 | 91.00 ± 1.41 | 20.00 ± 14.14 | 1,234 | 10 |");
    expect(text).toContain("| mnist | KLIF | 1 | 95.00 |");
    expect(text).toContain("| mnist | KLIF | LIF | test accuracy (%) | +4.00 | 2.8 |");
  });

  it("has no spread for a single value", () => {
    expect(spreadOf([0.5])).toEqual({ mean: 0.5, sd: 0 });
  });
});
