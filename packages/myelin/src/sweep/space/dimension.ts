/** What a sweep varies: one setting, or several that go together. */
import type { Settings } from "../results/index.ts";
import { rangeCount, rangeSample, rangeValues } from "./range.ts";
import type { RangeRecipe } from "./schema.ts";

/** A direction of the space. */
export interface Dimension {
  /** The settings that change together, by path in the recipe. */
  readonly paths: readonly string[];
  /** Its values in order; absent for a range without steps. */
  readonly values?: readonly Settings[];
  /** Of numbers that lie in a range. */
  readonly range?: RangeRecipe;
  /** A value by chance, from a number evenly distributed from 0 to 1, without 1. */
  sample(chance: number): Settings;
}

/** Values one by one, of one setting or of several that go together. */
export function choices(values: readonly Settings[]): Dimension {
  return {
    paths: Object.keys(values[0] ?? {}),
    values,
    sample: (chance) => values[Math.floor(chance * values.length)] ?? {},
  };
}

/** Numbers of a range. */
export function numbers(path: string, range: RangeRecipe): Dimension {
  const isCounted = rangeCount(range) !== undefined;
  return {
    paths: [path],
    range,
    ...(isCounted && { values: rangeValues(range).map((value) => ({ [path]: value })) }),
    sample: (chance) => ({ [path]: rangeSample(range, chance) }),
  };
}
