import type { ConvSize, Storage } from "./backend.ts";

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

/**
 * Products with sparse weights. A linear layer is a convolution of images of one pixel, one a row,
 * so `size` describes both. Where dense products are faster a backend takes them. Values and their gradients are [numbersIn(pattern)].
 */
export interface SparseBackend {
  /** `y = conv(x, weight) + bias` with the weight that is zero outside the pattern. */
  forward(
    size: ConvSize,
    pattern: SparsePattern,
    x: Storage,
    values: Storage,
    bias: Storage | null,
    y: Storage,
  ): void;
  /** `x` is the forward input: a backend may skip values its producer will multiply by zero. */
  inputGradient(
    size: ConvSize,
    pattern: SparsePattern,
    gy: Storage,
    values: Storage,
    x: Storage,
    gx: Storage,
  ): void;
  /** The weight gradient at the places of the pattern. */
  weightGradient(size: ConvSize, pattern: SparsePattern, gy: Storage, x: Storage, gValues: Storage): void;
  /** The dense weight gradient of `count` outputs from `first` on, [count, columns]; with groups, of all outputs. */
  denseGradient(
    size: ConvSize,
    first: number,
    count: number,
    gy: Storage,
    x: Storage,
    gWeight: Storage,
  ): void;
  /** Forgets what the backend keeps about a pattern; it may be used again, at the cost of a new start. */
  release(pattern: SparsePattern): void;
  /** Bytes that the backend keeps about a pattern it has worked with. */
  indexBytes(pattern: SparsePattern): number;
  /** `dense = values` at the places of the pattern, zero elsewhere. */
  expand(pattern: SparsePattern, values: Storage, dense: Storage): void;
  /** `values = dense` at the places of the pattern. */
  compress(pattern: SparsePattern, dense: Storage, values: Storage): void;
}
