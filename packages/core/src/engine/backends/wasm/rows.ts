/**
 * Rows of sequences of different length: chosen, put back, weighted.
 * One path: rows in chunks of about `ELEMENT_GRAIN` values.
 * Limited by memory; only padded sequences pay for it.
 */
import type { RowBackend } from "../../backend/index.ts";
import { ELEMENT_GRAIN, type Runtime } from "./runtime/runtime.ts";

export function rows(runtime: Runtime): RowBackend {
  return {
    gather: (width, { x, index, out }) =>
      runtime.run("takeRows", index.length, grainOf(width), { width, x, index, out }),
    scatter(width, { x, index, out }) {
      runtime.each("fill", out.length, { out, value: 0 });
      runtime.run("putRows", index.length, grainOf(width), { width, x, index, out });
    },
    scale: (width, { x, weights, out }, other) =>
      runtime.run("weighRows", weights.length, grainOf(width), { width, other, x, weights, out }),
  };
}

function grainOf(width: number): number {
  return Math.max(1, Math.floor(ELEMENT_GRAIN / width));
}
