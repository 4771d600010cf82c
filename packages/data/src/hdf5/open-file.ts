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

/** Numbers of the filters that the library can undo: deflate, shuffle, Fletcher's sum, szip, n-bit, scale and offset. */
const FILTERS: readonly number[] = [1, 2, 3, 4, 5, 6];

/** The data set at a path. */
export function requireDataset(source: OpenSpikeFile, place: string): Hdf5Dataset {
  const problem = { ...at(source, place), expected: "a data set" };
  if (!has(source, place)) throw hdf5Error({ ...problem, got: "nothing" });
  const found = orProblem(() => source.open.get(place), problem);
  if (!(found instanceof source.library.Dataset)) throw hdf5Error({ ...problem, got: "something else" });
  orProblem(() => found.metadata, problem);
  const other = orProblem(() => found.filters, problem).find(({ id }) => !FILTERS.includes(id));
  if (other) {
    throw hdf5Error({
      ...at(source, place),
      expected: "data compressed with gzip, szip or not at all",
      got: `the filter ${other.name || "without a name"} (${other.id})`,
      hint: "This compression is not supported: write the file again with gzip.",
      kind: "not supported",
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
