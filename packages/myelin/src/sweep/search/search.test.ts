import { describe, expect, it } from "vitest";
import type { Settings } from "../results/index.ts";
import { choices, numbers } from "../space/dimension.ts";
import { rangeSchema } from "../space/schema.ts";
import { HalvingSearch } from "./halving.ts";
import { gridPoints, ListedSearch, randomPoints } from "./listed.ts";
import type { GivenUp, Search, Wanted } from "./search.ts";

const LR = numbers("lr", rangeSchema.parse({ from: 0.001, to: 1, scale: "log" }));
const KIND = choices([{ kind: "a" }, { kind: "b" }, { kind: "c" }]);

/** Makes all runs of a search, some at a time, the one that came last first. */
async function follow(
  search: Search,
  valueOf: (wanted: Wanted) => number | undefined,
  atOnce = 3,
): Promise<{ made: Wanted[]; givenUp: GivenUp[] }> {
  const made: Wanted[] = [];
  const givenUp: GivenUp[] = [];
  const running: Wanted[] = [];
  for (;;) {
    const next = running.length < atOnce ? await search.next() : "wait";
    if (next !== "wait" && next !== undefined) {
      running.push(next);
      continue;
    }
    const ended = running.pop();
    if (ended === undefined) return { made, givenUp };
    made.push(ended);
    const value = valueOf(ended);
    const values = value === undefined ? undefined : { accuracy: value };
    givenUp.push(...(await search.tell(ended, { values })));
  }
}

describe("points by chance", () => {
  it("depend on the seed and their number alone", () => {
    const at = (seed: number, count: number): Settings[] => {
      const points = randomPoints([LR, KIND], count, seed);
      return Array.from({ length: count }, (_, i) => points.at(i));
    };
    expect(at(1, 20).slice(0, 5)).toEqual(at(1, 5));
    expect(at(1, 5)).not.toEqual(at(2, 5));
  });

  it("fill the space evenly", () => {
    const points = randomPoints([LR, KIND], 3000, 7);
    const all = Array.from({ length: 3000 }, (_, i) => points.at(i));
    const low = all.filter(({ lr }) => (lr as number) < 0.001 * 10).length;
    expect(low / 3000).toBeCloseTo(1 / 3, 1);
    for (const kind of ["a", "b", "c"]) {
      expect(all.filter((one) => one["kind"] === kind).length / 3000).toBeCloseTo(1 / 3, 1);
    }
  });
});

describe("a listed search", () => {
  it("gives every point with every seed, seeds slowest", async () => {
    const { made } = await follow(new ListedSearch(gridPoints([KIND]), [4, 5]), () => 1, 1);
    expect(made.map(({ settings, seed }) => `${String(settings["kind"])}${seed}`)).toEqual([
      ...["a4", "b4", "c4", "a5", "b5", "c5"],
    ]);
  });
});

describe("successive halving", () => {
  const halving = (): HalvingSearch =>
    new HalvingSearch({
      points: { count: 9, at: (index) => ({ index }) },
      ...{ seeds: [1, 2], rungs: [1, 3], keep: 1 / 3 },
      objective: { name: "accuracy", goal: "max" },
    });
  const quality = ({ settings }: Wanted): number => ((settings["index"] as number) * 4) % 9;

  it.each([1, 2, 5, 100])("stops the worst at each rung, %d at a time", async (atOnce) => {
    const { made, givenUp } = await follow(halving(), quality, atOnce);
    const indices = (until: number | undefined): unknown[] =>
      made.filter((one) => one.until === until).map(({ settings }) => settings["index"]);
    expect(indices(1)).toHaveLength(18);
    expect(new Set(indices(3))).toEqual(new Set([2, 4, 6]));
    expect(indices(undefined)).toEqual([2, 2]);
    expect(givenUp.filter(({ until }) => until === 1)).toHaveLength(12);
    expect(givenUp.filter(({ until }) => until === 3)).toHaveLength(4);
  });

  it("leaves out what failed, and ends where all failed", async () => {
    const some = await follow(halving(), (wanted) => (quality(wanted) > 6 ? undefined : quality(wanted)));
    expect(some.made.filter(({ until }) => until === undefined).map(quality)).toEqual([6, 6]);
    const { made } = await follow(halving(), () => undefined);
    expect(made).toHaveLength(18);
  });
});
