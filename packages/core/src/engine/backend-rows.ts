/**
 * The part of a backend that sequences of different length need. A *row* is what belongs to one sample and time
 * step: `[T, B, ...]` has `T * B` rows of equal width, whatever the physical order inside of them.
 */
import type { Storage } from "./backend.ts";

export interface RowBackend {
  /** `out[i] = x[index[i]]`, rows of `width` numbers. */
  gather(width: number, x: Storage, index: Storage, out: Storage): void;
  /** `out[index[i]] = x[i]`, and 0 in all other rows; indices differ. */
  scatter(width: number, x: Storage, index: Storage, out: Storage): void;
  /** `out[r] = weights[r] x[r]`, and `other` where the weight is 0, whatever stands in `x`. */
  scale(width: number, x: Storage, weights: Storage, other: number, out: Storage): void;
}
