/** Searches: which runs of a sweep are made, and in which order. */
import { isKnownInEpochs, type RunLine } from "../results/index.ts";
import type { Sweep } from "../space/index.ts";
import { MyelinError } from "@myelin/core";
import { HalvingSearch } from "./halving.ts";
import { ListedSearch, pointsOfSweep } from "./listed.ts";
import { OptunaSearch } from "./optuna.ts";
import type { Search } from "./search.ts";

export { gridPoints, ListedSearch, randomPoints } from "./listed.ts";
export { HalvingSearch } from "./halving.ts";
export type { GivenUp, Search, Told, Wanted } from "./search.ts";

/**
 * The search of a sweep.
 *
 * @param past runs of the sweep that have ended before
 * @throws MyelinError if it cannot work: objectives that epochs do not know, no Optuna
 */
export async function searchOf(sweep: Sweep, past: readonly RunLine[]): Promise<Search> {
  const { search, seeds, objectives } = sweep;
  if (search.type === "optuna") return OptunaSearch.begin(sweep, search, past);
  const points = pointsOfSweep(sweep);
  if (search.type !== "halving") return new ListedSearch(points, seeds);
  const [objective] = objectives;
  if (objective === undefined || !isKnownInEpochs(objective)) {
    throw new MyelinError(
      `${sweep.file}: search halving: expected a first objective that is known after every epoch, such as testAccuracy, ` +
        `got ${objective?.name}. Put that one first, or choose another search.`,
    );
  }
  return new HalvingSearch({ points, seeds, objective, rungs: search.rungs, keep: search.keep });
}
