/** Numbers of a range: all of them in order, or one by chance. */
import type { RangeRecipe } from "./schema.ts";

/** Digits of values between the ends: what is drawn shall be readable and still say all that was trained. */
const DIGITS = 4;

/** What is wrong with a range, and at which of its keys; undefined for a good one. */
export function rangeProblem({
  from,
  to,
  scale,
  integer,
  step,
  steps,
}: RangeRecipe): RangeProblem | undefined {
  if (to <= from) return { key: "to", text: `expected a number above ${from}, got ${to}.` };
  if (scale === "log" && from <= 0) {
    return { key: "from", text: `expected a number above 0 for scale log, got ${from}.` };
  }
  if (scale === "log" && step !== undefined) {
    return { key: "step", text: "expected steps for scale log, whose distances grow, got step." };
  }
  if (step !== undefined && steps !== undefined) {
    return { key: "steps", text: "expected step or steps, got both. One follows from the other." };
  }
  if (step !== undefined && step > to - from) {
    return {
      key: "step",
      text: `expected at most ${clean(to - from)}, the width of the range, got ${step}.`,
    };
  }
  const broken = [["from", from] as const, ["to", to] as const, ["step", step ?? 1] as const].find(
    ([, value]) => !Number.isInteger(value),
  );
  if (!integer || broken === undefined) return undefined;
  return { key: broken[0], text: `expected a whole number with integer, got ${broken[1]}.` };
}

/** A key of a range and what is wrong with it. */
export interface RangeProblem {
  readonly key: keyof RangeRecipe;
  readonly text: string;
}

/** How many values a grid takes of a range; undefined if that was not said. */
export function rangeCount(range: RangeRecipe): number | undefined {
  const { from, to, integer, step, steps, scale } = range;
  if (steps !== undefined) return integer ? rangeValues(range).length : steps;
  const distance = step ?? (integer && scale === "linear" ? 1 : undefined);
  return distance === undefined ? undefined : Math.floor((to - from) / distance + 1e-9) + 1;
}

/** The values that a grid takes of a range. */
export function rangeValues(range: RangeRecipe): number[] {
  const { from, to, step = 1, steps } = range;
  if (steps === undefined) {
    return Array.from({ length: rangeCount(range) ?? 0 }, (_, i) => clean(from + i * step));
  }
  const all: number[] = Array.from({ length: steps }, (_, i) => {
    if (i === 0 || i === steps - 1) return i === 0 ? from : to;
    return shown(range, between(range, i / (steps - 1)));
  });
  return [...new Set(all)];
}

/**
 * One value by chance.
 *
 * @param chance evenly distributed from 0 to 1, without 1
 */
export function rangeSample(range: RangeRecipe, chance: number): number {
  const { from, to, integer, scale } = range;
  const count = scale === "linear" ? rangeCount(range) : range.steps;
  if (count !== undefined) {
    const values = rangeValues(range);
    return values[Math.floor(chance * values.length)] ?? from;
  }
  const value = between(integer ? { ...range, from: from - 0.5, to: to + 0.5 } : range, chance);
  return Math.min(to, Math.max(from, shown(range, value)));
}

/** From 0 at the start of a range to 1 at its end. */
function between({ from, to, scale }: RangeRecipe, share: number): number {
  return scale === "log" ? from * (to / from) ** share : from + share * (to - from);
}

/** A value with as many digits as tell it from its neighbours. */
function shown({ from, to, scale, integer }: RangeRecipe, value: number): number {
  if (integer) return Math.round(value);
  if (scale === "log") return Number(value.toPrecision(DIGITS));
  const decimals = DIGITS - Math.ceil(Math.log10(to - from));
  return decimals < 0 ? value : Number(value.toFixed(Math.min(decimals, 100)));
}

/** Without the last digits, which are rounding: 0.30000000000000004 is 0.3. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}
