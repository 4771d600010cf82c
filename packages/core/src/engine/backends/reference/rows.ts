/** Rows of equal length: chosen, put back, weighted. */
import type { RowBackend } from "../../backend-rows.ts";
import { onStorage } from "./memory.ts";

/** `out[i] = x[index[i]]`. */
export function gather(width: number, x: Float64Array, index: Float64Array, out: Float64Array): void {
  index.forEach((from, i) => out.set(x.subarray(from * width, (from + 1) * width), i * width));
}

/** `out[index[i]] = x[i]`, and 0 in all other rows. */
export function scatter(width: number, x: Float64Array, index: Float64Array, out: Float64Array): void {
  out.fill(0);
  index.forEach((to, i) => out.set(x.subarray(i * width, (i + 1) * width), to * width));
}

/** `out[r] = weights[r] x[r]`, and `other` where the weight is 0. */
export function scale(
  width: number,
  x: Float64Array,
  weights: Float64Array,
  other: number,
  out: Float64Array,
): void {
  for (let i = 0; i < out.length; i++) {
    const weight = weights[Math.floor(i / width)]!;
    out[i] = weight === 0 ? other : weight * x[i]!;
  }
}

/** The part of the backend that works on rows. */
export const referenceRows: RowBackend = {
  gather: onStorage(gather),
  scatter: onStorage(scatter),
  scale: onStorage(scale),
};
