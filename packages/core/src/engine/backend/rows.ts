import { type Buffers, type LengthsOf, output } from "./lengths.ts";

/**
 * Sequences of different length. A *row* is what belongs to one sample and time step: `[T, B, ...]` has `T * B` rows
 * of `width` values each, whatever the physical order inside of them. Outputs are storages of their own.
 */
export interface RowBackend {
  /** `out[i] = x[index[i]]`. */
  gather(width: number, buffers: Buffers<"x" | "index" | "out">): void;
  /** `out[index[i]] = x[i]`, and 0 in all other rows; indices differ. */
  scatter(width: number, buffers: Buffers<"x" | "index" | "out">): void;
  /** `out[r] = weights[r] x[r]`, and `other` where the weight is 0, whatever stands in `x`. */
  scale(width: number, buffers: Buffers<"x" | "weights" | "out">, other: number): void;
}

/** Any number of rows, but whole ones. */
function whole(length: number, width: number): number {
  return Math.floor(length / width) * width;
}

/** Lengths of the buffers of `RowBackend`. */
export const ROWS_LENGTHS: LengthsOf<RowBackend> = {
  gather: {
    x: (width, { x }) => whole(x.length, width),
    index: (width, { out }) => out.length / width,
    out: output((width, { index }) => index.length * width),
  },
  scatter: {
    x: (width, { index }) => index.length * width,
    index: (width, { x }) => x.length / width,
    out: output((width, { out }) => whole(out.length, width)),
  },
  scale: {
    x: (width, { weights }) => weights.length * width,
    weights: (width, { out }) => out.length / width,
    out: output((width, { weights }) => weights.length * width),
  },
};
