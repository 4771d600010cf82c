import { convInput, convOutput, type ConvSize, patchLength } from "./conv.ts";
import { type Buffers, type LengthsOf, output } from "./lengths.ts";

/**
 * Where a sparse weight matrix [outputs, columns] has numbers. Patterns are never changed: another
 * structure is another pattern, so that backends can keep an index for each.
 *
 * The numbers themselves are one float32 a place, in the order of the dense matrix (row-major).
 */
export interface SparsePattern {
  readonly outputs: number;
  /** Numbers of a dense row: `I` of a linear layer, `I / groups * kH * kW` of a convolution. */
  readonly columns: number;
  /** Neighbouring outputs that share their places: 1, 4 or 8. */
  readonly block: number;
  /** Places `floor(o / block) * columns + column`, ascending, each once. */
  readonly places: Int32Array;
}

/** How many numbers a pattern has. */
export function numbersIn({ places, block }: SparsePattern): number {
  return places.length * block;
}

/** Row-major place in the dense matrix of each number of a pattern, ascending. */
export function densePlaces({ outputs, columns, block, places }: SparsePattern): Int32Array {
  if (block === 1) return places;
  const dense = new Int32Array(places.length * block);
  let at = 0;
  for (let row = 0, start = 0; row < outputs / block; row++) {
    let end = start;
    while (end < places.length && (places[end] as number) < (row + 1) * columns) end++;
    for (let lane = 0; lane < block; lane++) {
      const shift = (row * block + lane - row) * columns;
      for (let i = start; i < end; i++) dense[at++] = (places[i] as number) + shift;
    }
    start = end;
  }
  return dense;
}

/** Outputs `first .. first + count` of a weight. */
export interface OutputRange {
  readonly first: number;
  readonly count: number;
}

/**
 * Products with sparse weights. A linear layer is a convolution of images of one pixel, one per row, so `size` describes
 * both. Where dense products are faster a backend takes them. `values` and their gradients are [numbersIn(pattern)];
 * outputs are storages of their own.
 */
export interface SparseBackend {
  /** `y = conv(x, weight) + bias` with the weight that is zero outside the pattern. */
  forward(size: ConvSize, buffers: Buffers<"x" | "values" | "y", "bias">, pattern: SparsePattern): void;
  /** As `LinearBackend.usefulInputGradient`. */
  usefulInputGradient(
    size: ConvSize,
    buffers: Buffers<"gy" | "values" | "x" | "gx">,
    pattern: SparsePattern,
  ): void;
  /** The weight gradient at the places of the pattern. */
  weightGradient(size: ConvSize, buffers: Buffers<"gy" | "x" | "gValues">, pattern: SparsePattern): void;
  /** The dense weight gradient of a range of outputs, [count, columns]; with groups, of all outputs. */
  denseGradient(size: ConvSize, buffers: Buffers<"gy" | "x" | "gWeight">, range: OutputRange): void;
  /** `dense = values` at the places of the pattern, zero elsewhere. */
  expand(pattern: SparsePattern, buffers: Buffers<"values" | "dense">): void;
  /** `values = dense` at the places of the pattern. */
  compress(pattern: SparsePattern, buffers: Buffers<"dense" | "values">): void;
}

/** What a backend keeps about patterns. */
export interface PatternBackend {
  /** Forgets what the backend keeps about a pattern; it may be used again, at the cost of a new start. */
  release(pattern: SparsePattern): void;
  /** Bytes that the backend keeps about a pattern it has worked with. */
  indexBytes(pattern: SparsePattern): number;
}

/** The values of a pattern that fits the size. */
function values(size: ConvSize, _buffers: unknown, pattern: SparsePattern): number {
  const dense = size.outChannels * patchLength(size);
  return dense === pattern.outputs * pattern.columns ? numbersIn(pattern) : NaN;
}

const dense = ({ outputs, columns }: SparsePattern): number => outputs * columns;

/** Lengths of the buffers of `SparseBackend`. */
export const SPARSE_LENGTHS: LengthsOf<SparseBackend> = {
  forward: { x: convInput, values, bias: ({ outChannels }) => outChannels, y: output(convOutput) },
  usefulInputGradient: { gy: convOutput, values, x: convInput, gx: output(convInput) },
  weightGradient: { gy: convOutput, x: convInput, gValues: output(values) },
  denseGradient: {
    gy: convOutput,
    x: convInput,
    gWeight: output(
      (size, _buffers, { first, count }) => Math.min(count, size.outChannels - first) * patchLength(size),
    ),
  },
  expand: { values: numbersIn, dense: output(dense) },
  compress: { dense, values: output(numbersIn) },
};
