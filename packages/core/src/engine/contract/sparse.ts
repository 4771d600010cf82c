import type { ConvSize } from "../backend.ts";
import { numbersIn, type SparseBackend, type SparsePattern } from "../backend-sparse.ts";
import { convInput, convOutput, patchLength } from "./images.ts";
import { type LengthsOf, nothing, type Operand, type Sized } from "./lengths.ts";

/** Operands of products with sparse weights; `pattern` stands for the dense weight that it has places in. */
export const SPARSE_LENGTHS: LengthsOf<SparseBackend> = {
  forward: (size, pattern, x, values, bias, y) => ({
    pattern: denseWeight(size, pattern),
    x: [x, convInput(size)],
    values: numbers(pattern, values),
    bias: [bias, size.outChannels],
    y: [y, convOutput(size)],
  }),
  inputGradient: (size, pattern, gy, values, x, gx) => ({
    pattern: denseWeight(size, pattern),
    gy: [gy, convOutput(size)],
    values: numbers(pattern, values),
    x: [x, convInput(size)],
    gx: [gx, convInput(size)],
  }),
  weightGradient: (size, pattern, gy, x, gValues) => ({
    pattern: denseWeight(size, pattern),
    gy: [gy, convOutput(size)],
    x: [x, convInput(size)],
    gValues: numbers(pattern, gValues),
  }),
  denseGradient: (size, first, count, gy, x, gWeight) => ({
    gy: [gy, convOutput(size)],
    x: [x, convInput(size)],
    gWeight: [gWeight, Math.min(count, size.outChannels - first) * patchLength(size)],
  }),
  release: nothing,
  indexBytes: nothing,
  expand: (pattern, values, dense) => ({
    values: numbers(pattern, values),
    dense: [dense, pattern.outputs * pattern.columns],
  }),
  compress: (pattern, dense, values) => ({
    dense: [dense, pattern.outputs * pattern.columns],
    values: numbers(pattern, values),
  }),
};

function numbers(pattern: SparsePattern, values: Sized): Operand {
  return [values, numbersIn(pattern)];
}

function denseWeight(size: ConvSize, { outputs, columns }: SparsePattern): Operand {
  return [{ length: outputs * columns }, size.outChannels * patchLength(size)];
}
