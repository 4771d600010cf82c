/** Sparse weights: the dense operation with the expanded weight. */
import type { ConvSize, Storage } from "../../backend.ts";
import { densePlaces, type SparseBackend, type SparsePattern } from "../../backend-sparse.ts";
import { conv2dForward, conv2dInputGradient, conv2dWeightGradient } from "./conv.ts";
import { valuesOf } from "./memory.ts";

/** What sparse products give. */
export class ReferenceSparse implements SparseBackend {
  forward(
    size: ConvSize,
    pattern: SparsePattern,
    x: Storage,
    values: Storage,
    bias: Storage | null,
    y: Storage,
  ): void {
    conv2dForward(
      size,
      valuesOf(x),
      expanded(pattern, valuesOf(values)),
      bias && valuesOf(bias),
      valuesOf(y),
    );
  }

  inputGradient(
    size: ConvSize,
    pattern: SparsePattern,
    gy: Storage,
    values: Storage,
    x: Storage,
    gx: Storage,
  ): void {
    const weight = expanded(pattern, valuesOf(values));
    conv2dInputGradient(size, valuesOf(gy), weight, valuesOf(x), valuesOf(gx));
  }

  weightGradient(size: ConvSize, pattern: SparsePattern, gy: Storage, x: Storage, gValues: Storage): void {
    const dense = new Float64Array(pattern.outputs * pattern.columns);
    conv2dWeightGradient(size, valuesOf(gy), valuesOf(x), dense);
    pick(pattern, dense, valuesOf(gValues));
  }

  denseGradient(
    size: ConvSize,
    first: number,
    count: number,
    gy: Storage,
    x: Storage,
    gWeight: Storage,
  ): void {
    const out = valuesOf(gWeight);
    const dense = new Float64Array((out.length / count) * size.outChannels);
    conv2dWeightGradient(size, valuesOf(gy), valuesOf(x), dense);
    const from = (out.length / count) * first;
    out.set(dense.subarray(from, from + out.length));
  }

  release(): void {}

  indexBytes(): number {
    return 0;
  }

  expand(pattern: SparsePattern, values: Storage, dense: Storage): void {
    valuesOf(dense).set(expanded(pattern, valuesOf(values)));
  }

  compress(pattern: SparsePattern, dense: Storage, values: Storage): void {
    pick(pattern, valuesOf(dense), valuesOf(values));
  }
}

function expanded(pattern: SparsePattern, values: Float64Array): Float64Array {
  const dense = new Float64Array(pattern.outputs * pattern.columns);
  densePlaces(pattern).forEach((place, i) => (dense[place] = values[i]!));
  return dense;
}

function pick(pattern: SparsePattern, dense: Float64Array, values: Float64Array): void {
  densePlaces(pattern).forEach((place, i) => (values[i] = dense[place]!));
}
