import { COMPRESSION_HINT, KNOWN_COMPRESSION, unknownFilter } from "./filters.ts";
import type { Hdf5Dataset, Hdf5File, Hdf5Library } from "./library.ts";
import { hdf5Error, orProblem } from "./problem.ts";

/** An open file and the name that messages give it. */
export interface OpenSpikeFile {
  readonly library: Hdf5Library;
  readonly open: Hdf5File;
  readonly file: string;
  readonly fileBytes: number;
  /** What one array of it may take in memory. */
  readonly budgetBytes: number;
}

/** The data set at a path. */
export function requireDataset(source: OpenSpikeFile, place: string): Hdf5Dataset {
  const problem = { ...at(source, place), expected: "a data set" };
  if (!has(source, place)) throw hdf5Error({ ...problem, got: "nothing" });
  const found = orProblem(() => source.open.get(place), problem);
  if (!(found instanceof source.library.Dataset)) throw hdf5Error({ ...problem, got: "something else" });
  orProblem(() => found.metadata, problem);
  const other = orProblem(() => unknownFilter(found), problem);
  if (other !== undefined) {
    throw hdf5Error({
      ...{ ...at(source, place), expected: KNOWN_COMPRESSION, got: other },
      ...{ hint: COMPRESSION_HINT, kind: "not supported" },
    });
  }
  return found;
}

/** Whether there is something at a path; the names are listed, as the library complains aloud of those it lacks. */
export function has({ open, library, file }: OpenSpikeFile, place: string): boolean {
  const [first = "", second] = place.split("/");
  const names = (group: { keys(): string[] }): string[] =>
    orProblem(() => group.keys(), { file, place, expected: "a list of names" });
  if (!names(open).includes(first)) return false;
  if (second === undefined) return true;
  const group = orProblem(() => open.get(first), { file, place, expected: "a group" });
  return group instanceof library.Group && names(group).includes(second);
}

/** The place, for messages. */
export function at({ file }: OpenSpikeFile, place: string): { file: string; place: string } {
  return { file, place };
}
