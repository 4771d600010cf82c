/**
 * The most memory that is taken at once because a file, a header or an option says so, in bytes: 1 GiB. What would take
 * more is refused before anything is taken.
 */
export const BUDGET_BYTES = 2 ** 30;

/** What even the smallest file may take, in bytes: 64 MiB. */
const LEAST_BYTES = 2 ** 26;

/** How many times its own size a file may take: real recordings are packed to a fifth, hostile ones to a thousandth. */
const LARGEST_RATIO = 16;

/** The most memory that may be taken for a file, or a packet of one, of so many bytes: 64 MiB and 16 times its size. */
export function unpackingBudget(packedBytes: number): number {
  return LEAST_BYTES + LARGEST_RATIO * packedBytes;
}

/** What messages say of a size that is too large: `expected ..., got ...`. */
export function overBudget(what: string, bytes: number, budget = BUDGET_BYTES): { expected: string; got: string } {
  return { expected: `${what} within the memory budget of ${mebibytes(budget)}`, got: mebibytes(bytes) };
}

function mebibytes(bytes: number): string {
  const mebi = bytes / 2 ** 20;
  return `${mebi < 100 ? Number(mebi.toPrecision(3)) : Math.round(mebi)} MiB`;
}
