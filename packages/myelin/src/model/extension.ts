import { Schedule } from "@myelin/core/training";
import type { Recipe } from "../recipe/index.ts";

/** Where an extension begins, counted as the schedule's index. */
interface Begun {
  readonly from: number;
  readonly lr: number | undefined;
}

/**
 * A schedule that goes on after its end: the last rates stay, unless an extension of the recipe gives another rate.
 * That is the weights'; other groups keep their proportion to it.
 *
 * @param unit how much the schedule's index grows per epoch
 */
export function extend(
  schedule: Schedule,
  { epochs, extensions = [], optimizer }: Recipe,
  unit: number,
): Schedule {
  const end = epochs * unit;
  const begun: Begun[] = [];
  let from = end;
  for (const { epochs: added, lr } of extensions) {
    begun.push({ from, lr });
    from += added * unit;
  }
  return new Schedule((index, initial, group) => {
    if (index < end) return schedule.at(index, initial, group);
    const stated = begun.findLast((extension) => extension.from <= index && extension.lr !== undefined);
    if (stated?.lr === undefined) return schedule.at(end - 1, initial, group);
    return { lr: stated.lr * (initial.lr / optimizer.lr), momentum: initial.momentum };
  });
}
