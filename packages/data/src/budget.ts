import { ShapeError } from "@myelin/core";

/**
 * The most memory that is taken at once because a file, a header or an option says so, in bytes: 1 GiB. What would take
 * more is refused before anything is taken.
 */
export const BUDGET_BYTES = 2 ** 30;

/** What even the smallest file may take, in bytes: 32 MiB. */
const LEAST_BYTES = 2 ** 25;

/** How many times its own size a file may take: real recordings are packed to a fifth, hostile ones to a thousandth. */
const LARGEST_RATIO = 32;

/**
 * The most memory that may be taken for the contents of a file, or of a packet, of so many bytes: 32 MiB and 32 times
 * its size.
 */
export function unpackingBudget(packedBytes: number): number {
  return LEAST_BYTES + LARGEST_RATIO * packedBytes;
}

/** What messages say of a size that is too large: `expected ..., got ...`. */
export function overBudget(
  what: string,
  bytes: number,
  budget = BUDGET_BYTES,
): { expected: string; got: string } {
  return { expected: `${what} within the memory budget of ${mebibytes(budget)}`, got: mebibytes(bytes) };
}

function mebibytes(bytes: number): string {
  const mebi = bytes / 2 ** 20;
  return `${mebi < 100 ? Number(mebi.toPrecision(3)) : Math.round(mebi)} MiB`;
}

/**
 * Numbers that are 0, as many as `steps` times `stepLength`.
 *
 * @throws ShapeError if they are beyond the memory budget
 */
export function denseBlock(owner: string, steps: number, stepLength: number): Float32Array<ArrayBuffer> {
  const length = steps * stepLength;
  const bytes = length * Float32Array.BYTES_PER_ELEMENT;
  if (bytes <= BUDGET_BYTES) return new Float32Array(length);
  const { expected, got } = overBudget("numbers", bytes);
  throw new ShapeError(
    `${owner}: expected ${expected}, got ${got}, ${steps} steps of ${stepLength}. ` +
      `Take fewer or longer steps, a smaller batch or a coarser sensor.`,
  );
}
