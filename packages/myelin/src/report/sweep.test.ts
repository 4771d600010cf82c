import { expect, it } from "vitest";
import { bestOf, paretoFront, pointsOf, type Objective, type RunLine } from "../sweep/results/index.ts";
import { renderSweep } from "./sweep.ts";

const OBJECTIVES: Objective[] = [
  { name: "testAccuracy", goal: "max" },
  { name: "parameters", goal: "min" },
];

/** `count` runs: three seeds of each point, names that would be markup. */
function runs(count: number): RunLine[] {
  return Array.from({ length: count }, (_, i) => {
    const lr = 10 ** (-3 + ((i - (i % 3)) % 31) / 15);
    return {
      ...{ run: i.toString(16).padStart(12, "0"), seed: (i % 3) + 1, state: "finished", epochs: 2 },
      settings: {
        "optimizer.lr": lr,
        "network.hidden": [64 * (1 + (Math.floor(i / 3) % 4))],
        name: `<u>${i % 2}`,
      },
      values: {
        testAccuracy: 0.9 - 0.1 * Math.abs(Math.log10(lr) + 2) + 0.001 * (i % 3),
        parameters: 1000 * (i % 5),
      },
      folder: `runs/${i}`,
    };
  });
}

it("draws 500 runs in less than 2 MB, whatever their settings are called", () => {
  const html = renderSweep({ name: "many", objectives: OBJECTIVES, planned: 600, lines: runs(500) });
  expect(html.length).toBeLessThan(2e6);
  expect(html).not.toContain("<u>");
  expect(html).toContain("of 600 runs finished");
  expect(html).not.toMatch(/[^s]NaN/);
});

it("draws what there is of a sweep that has only begun, or failed", () => {
  const failed: RunLine = { ...runs(1)[0]!, state: "failed", values: {}, message: "the loss is not finite" };
  for (const lines of [runs(1), [failed], [failed, ...runs(3)]]) {
    const html = renderSweep({ name: "few", objectives: OBJECTIVES, planned: 9, lines });
    expect(html).toContain("Points");
    expect(html).not.toMatch(/[^s]NaN/);
  }
});

it("finds the best point by its mean, and the points that no other beats", () => {
  const at = (run: string, accuracy: number, parameters: number, x: number): RunLine => ({
    ...runs(1)[0]!,
    ...{ run, settings: { x }, values: { testAccuracy: accuracy, parameters } },
  });
  const lines = [at("a", 0.9, 10, 1), at("b", 0.5, 10, 1), at("c", 0.8, 5, 2), at("d", 0.6, 6, 3)];
  const points = pointsOf(lines, OBJECTIVES);
  expect(bestOf(points, OBJECTIVES)?.run.run).toBe("c");
  expect(paretoFront(points, OBJECTIVES).map(({ settings }) => settings["x"])).toEqual([2]);
});
