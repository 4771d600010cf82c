import type { Hdf5Dataset } from "./library.ts";

/** Numbers of the filters that the library can undo: deflate, shuffle, Fletcher's sum, szip, n-bit, scale and offset. */
const FILTERS: readonly number[] = [1, 2, 3, 4, 5, 6];

/** What is expected of a data set's compression, in messages. */
export const KNOWN_COMPRESSION = "data compressed with gzip, szip or not at all";

/** What to do about another one. */
export const COMPRESSION_HINT = "This compression is not supported: write the file again with gzip.";

/** The filter of a data set that the library cannot undo, for a message: it reads zeros then, and says nothing. */
export function unknownFilter({ filters }: Pick<Hdf5Dataset, "filters">): string | undefined {
  const other = filters.find(({ id }) => !FILTERS.includes(id));
  return other && `the filter ${other.name || "without a name"} (${other.id})`;
}
