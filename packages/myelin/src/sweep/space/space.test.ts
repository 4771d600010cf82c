import fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { numbers } from "./dimension.ts";
import { gridPoint, gridSize } from "./sweep.ts";
import { loadSweep } from "./read.ts";
import { rangeProblem, rangeSample, rangeValues } from "./range.ts";
import { rangeSchema, type RangeRecipe } from "./schema.ts";

const folder = mkdtempSync(join(tmpdir(), "myelin-space-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Ranges that a sweep file may have. */
const ranges = fc
  .record({
    from: fc.integer({ min: -1000, max: 1000 }),
    width: fc.integer({ min: 1, max: 1000 }),
    fine: fc.constantFrom(1, 0.01, 1e-5),
    scale: fc.constantFrom("linear" as const, "log" as const),
    integer: fc.boolean(),
    steps: fc.option(fc.integer({ min: 2, max: 50 }), { nil: undefined }),
    step: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  })
  .map(({ from, width, fine, step, ...rest }) =>
    rangeSchema.parse({
      ...rest,
      from: from * fine,
      to: (from + width) * fine,
      step: step === undefined ? undefined : step * fine,
    }),
  )
  .filter((range) => rangeProblem(range) === undefined);

const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function within({ from, to, integer }: RangeRecipe, value: number): boolean {
  return value >= from - 1e-9 && value <= to + 1e-9 && (!integer || Number.isInteger(value));
}

describe("a range", () => {
  it("has values inside, in order, each once, the first end among them", () => {
    fc.assert(
      fc.property(ranges, (range) => {
        const values = rangeValues(range);
        expect(values.every((value) => within(range, value))).toBe(true);
        expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
        if (values.length > 0) expect(values[0]).toBeCloseTo(range.from, 9);
        expect(numbers("a", range).values?.length ?? 0).toBe(values.length);
      }),
    );
  });

  it("is drawn from inside, from the values that it has where it has steps", () => {
    fc.assert(
      fc.property(ranges, chances, (range, chance) => {
        const value = rangeSample(range, chance);
        expect(within(range, value)).toBe(true);
        const counted = range.step !== undefined || range.steps !== undefined;
        if (counted && range.scale === "linear") expect(rangeValues(range)).toContain(value);
      }),
    );
  });

  it("has the values that its keys say", () => {
    const valuesOf = (range: object): number[] => rangeValues(rangeSchema.parse(range));
    expect(valuesOf({ from: 0.001, to: 0.1, scale: "log", steps: 3 })).toEqual([0.001, 0.01, 0.1]);
    expect(valuesOf({ from: 0, to: 1, steps: 4 })).toEqual([0, 0.3333, 0.6667, 1]);
    expect(valuesOf({ from: 0.1, to: 0.5, step: 0.1 })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(valuesOf({ from: 2, to: 5, integer: true })).toEqual([2, 3, 4, 5]);
    expect(valuesOf({ from: 1, to: 100, scale: "log", integer: true, steps: 5 })).toEqual([
      1, 3, 10, 32, 100,
    ]);
  });
});

describe("a grid", () => {
  it("has every point once", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 });
    fc.assert(
      fc.property(lengths, (sizes) => {
        const dimensions = sizes.map((size, i) => numbers(`s${i}`, integers(size)));
        const size = gridSize(dimensions);
        const points = Array.from({ length: size }, (_, i) => JSON.stringify(gridPoint(dimensions, i)));
        expect(new Set(points).size).toBe(sizes.reduce((product, one) => product * (one + 1), 1));
      }),
    );
  });
});

/** `size` + 1 numbers. */
function integers(size: number): RangeRecipe {
  return rangeSchema.parse({ from: 0, to: size, integer: true });
}

describe("a sweep file", () => {
  const load = (text: string): ReturnType<typeof loadSweep> => {
    const file = join(folder, "sweep.yaml");
    writeFileSync(file, text);
    return loadSweep(file);
  };

  it("gives recipes with its settings", async () => {
    const sweep = await load(`recipe: quickstart
settings: { epochs: 2, "optimizer.lr": [0.1, 0.2], "network.hidden.0": { from: 10, to: 20, step: 5 } }
zip: [{ timeSteps: [2, 4], batchSize: [64, 32] }]
seeds: [3, 5]
`);
    expect(gridSize(sweep.dimensions)).toBe(2 * 3 * 2);
    const recipe = sweep.recipe(gridPoint(sweep.dimensions, 11), 5);
    expect(recipe).toMatchObject({ seed: 5, epochs: 2, timeSteps: 4, batchSize: 32 });
    expect(recipe.optimizer.lr).toBe(0.2);
    expect(recipe.network).toMatchObject({ hidden: [20] });
    expect(sweep.objectives).toEqual([{ name: "testAccuracy", goal: "max" }]);
  });

  it("is as small as its values allow: the same twice counts once", async () => {
    const sweep = await load(`recipe: quickstart\nsettings: { epochs: [1, 1, 2] }\n`);
    expect(gridSize(sweep.dimensions)).toBe(2);
  });

  it.each([
    ["recipee: quickstart", /sweep\.yaml:1:1: recipee: unknown key "recipee"\. Did you mean recipe\?/],
    ["recipe: quickstrat", /quickstrat: expected a recipe.*quickstart/],
    [
      "recipe: quickstart\nsettings:\n  optimizer.lrr: [1]",
      /sweep\.yaml:3:3: optimizer\.lrr: unknown key "lrr"\. Did you mean lr\?/,
    ],
    [
      "recipe: quickstart\nsettings:\n  epochs: []",
      /sweep\.yaml:3:3: settings\.epochs: expected at least 1 value, got none/,
    ],
    [
      "recipe: quickstart\nsettings:\n  optimizer.lr: [0.1, many]",
      /3:3: optimizer\.lr: expected a number, got "many"/,
    ],
    [
      "recipe: quickstart\nsettings:\n  optimizer.lr: { from: 0, to: 1, scale: log, steps: 3 }",
      /expected a number above 0 for scale log, got 0/,
    ],
    [
      "recipe: quickstart\nsettings:\n  optimizer.lr: { from: 1, to: 0.1, steps: 3 }",
      /settings\.optimizer\.lr\.to: expected a number above 1, got 0\.1/,
    ],
    [
      "recipe: quickstart\nsettings:\n  optimizer.lr: { from: 1, too: 2 }",
      /unknown key "too"\. Did you mean to\?/,
    ],
    [
      "recipe: quickstart\nsettings:\n  optimizer.lr: { from: 0.1, to: 1 }",
      /expected steps or step for search grid/,
    ],
    [
      "recipe: quickstart\nsettings:\n  seed: [1, 2]",
      /3:3: settings\.seed: expected the path of a setting, got "seed"\. .*seeds/,
    ],
    ["recipe: quickstart\nsettings:\n  a..b: 1", /expected the path of a setting, got "a\.\.b"/],
    [
      "recipe: quickstart\nsettings: { epochs: [1, 2] }\nzip: [{ epochs: [1] }]",
      /expected a path that stands once, got epochs again/,
    ],
    [
      "recipe: quickstart\nzip:\n  - { epochs: [1], timeSteps: [2, 3] }",
      /expected 1 values, as epochs has, got 2/,
    ],
    ["recipe: quickstart\nseeds: 0", /seeds: expected a number above 0/],
    ["recipe: quickstart\nseeds: []", /seeds: expected .*at least 1 entry/],
    ["recipe: quickstart\nseeds: 100001", /expected at most 100000 runs, got 100001/],
    [
      "recipe: quickstart\nsettings: { optimizer.lr: { from: 0.1, to: 1, steps: 1001 }, epochs: { from: 1, to: 100, integer: true } }",
      /expected at most 100000 runs, got 100100/,
    ],
    [
      "recipe: quickstart\nobjectives: { acuracy: max }",
      /objectives\.acuracy: expected a number of result\.json, got "acuracy"\. Did you mean accuracy\?/,
    ],
    [
      "recipe: quickstart\nobjectives: { accuracy: most }",
      /objectives\.accuracy: expected one of max, min, got "most"/,
    ],
    ["recipe: quickstart\nobjectives: { validationAccuracy: max }", /Set data\.validation/],
    [
      "recipe: quickstart\nsearch: grid",
      /search: expected a section with keys, got "grid"\. Write \{ type: grid \}/,
    ],
    ["recipe: quickstart\nsearch: { type: randm, points: 3 }", /Did you mean random\?/],
    [
      "recipe: quickstart\nsearch: { type: halving, rungs: [3, 2] }",
      /search\.rungs\.1: expected epochs that grow, from 4 and below the 10/,
    ],
    ["recipe: quickstart\nsettings: { optimizer.lr: [1], data.name: [nothing] }", /data\.name: .*nothing/],
  ])("says what is wrong with %j", async (text, message) => {
    await expect(load(`${text}\n`)).rejects.toThrow(message);
  });
});

it("reads the sweep that comes with the recipes", async () => {
  const sweep = await loadSweep(
    join(import.meta.dirname, "../../../../../recipes/sweeps/quickstart-lr.yaml"),
  );
  expect(gridSize(sweep.dimensions) * sweep.seeds.length).toBe(30);
});
