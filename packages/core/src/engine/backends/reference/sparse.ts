/**
 * Sparse weights: the dense operation with the expanded weight.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import { densePlaces, type SparseBackend, type SparsePattern } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";
import { conv } from "./conv.ts";

/** The operations of `SparseBackend`. */
export const sparse: OnArrays<SparseBackend> = {
  forward: (size, { x, values, bias, y }, pattern) =>
    conv.forward(size, { x, weight: expanded(pattern, values), bias, y }),
  usefulInputGradient: (size, { gy, values, x, gx }, pattern) =>
    conv.usefulInputGradient(size, { gy, weight: expanded(pattern, values), x, gx }),
  weightGradient(size, { gy, x, gValues }, pattern) {
    const gWeight = new Float64Array(pattern.outputs * pattern.columns);
    conv.weightGradient(size, { gy, x, gWeight });
    pick(pattern, gWeight, gValues);
  },
  denseGradient(size, { gy, x, gWeight }, { first, count }) {
    const columns = gWeight.length / count;
    const dense = new Float64Array(columns * size.outChannels);
    conv.weightGradient(size, { gy, x, gWeight: dense });
    gWeight.set(dense.subarray(columns * first, columns * first + gWeight.length));
  },
  expand: (pattern, { values, dense }) => dense.set(expanded(pattern, values)),
  compress: (pattern, { dense, values }) => pick(pattern, dense, values),
};

function expanded(pattern: SparsePattern, values: Float64Array): Float64Array {
  const dense = new Float64Array(pattern.outputs * pattern.columns);
  densePlaces(pattern).forEach((place, i) => (dense[place] = values[i]!));
  return dense;
}

function pick(pattern: SparsePattern, dense: Float64Array, values: Float64Array): void {
  densePlaces(pattern).forEach((place, i) => (values[i] = dense[place]!));
}
