/** A sweep as its file says it, checked. */
import type { Recipe } from "../../recipe/index.ts";
import type { Objective, Settings } from "../results/index.ts";
import type { Dimension } from "./dimension.ts";
import type { SearchRecipe } from "./schema.ts";

/** A recipe with a space around it, and how to look for the best in there. */
export interface Sweep {
  readonly name: string;
  /** The sweep file, for messages. */
  readonly file: string;
  readonly dimensions: readonly Dimension[];
  /** Settings that are the same in all runs. */
  readonly fixed: Settings;
  readonly seeds: readonly number[];
  readonly search: SearchRecipe;
  readonly objectives: readonly Objective[];
  /** The recipe as it is without the sweep. */
  readonly base: Recipe;
  /**
   * The recipe of a run.
   *
   * @throws RecipeError, with the line of the sweep file, if the recipe cannot have these settings together
   */
  recipe(settings: Settings, seed: number): Recipe;
}

/** How many points a grid has; Infinity where a range has no steps. */
export function gridSize(dimensions: readonly Dimension[]): number {
  return dimensions.reduce((product, { values }) => product * (values?.length ?? Infinity), 1);
}

/** The point of a grid at a place; the last dimension turns fastest. */
export function gridPoint(dimensions: readonly Dimension[], place: number): Settings {
  let rest = place;
  const parts: Settings[] = [];
  for (const { values = [] } of dimensions.toReversed()) {
    parts.unshift(values[rest % values.length] ?? {});
    rest = Math.floor(rest / values.length);
  }
  return Object.assign({}, ...parts) as Settings;
}
