import type { RowBackend } from "../backend-rows.ts";
import type { LengthsOf, Operand, Sized } from "./lengths.ts";

/** Operands of operations on rows. */
export const ROW_LENGTHS: LengthsOf<RowBackend> = {
  gather: (width, x, index, out) => ({
    x: wholeRows(x, width),
    out: [out, index.length * width],
  }),
  scatter: (width, x, index, out) => ({
    x: [x, index.length * width],
    out: wholeRows(out, width),
  }),
  scale: (width, x, weights, _other, out) => ({
    x: [x, weights.length * width],
    out: [out, weights.length * width],
  }),
};

/** Any number of rows, but whole ones. */
function wholeRows(storage: Sized, width: number): Operand {
  return [storage, Math.floor(storage.length / width) * width];
}
