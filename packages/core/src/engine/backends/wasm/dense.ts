import type { Machine } from "./machine.ts";
import { type Matrix, TILE, withPanels } from "./panels.ts";

/** Where the rows of A come from; the numbers are those of assembly/gemm-pack.ts. */
export const ROWS = { strided: 0, patches: 1, patchesTransposed: 2, contributions: 3 } as const;

/** The left factor M x K: a matrix, or the patches of an image. */
export interface RowSource {
  readonly kind: (typeof ROWS)[keyof typeof ROWS];
  readonly pointer: number;
  /** The record that `kind` calls for; see `Geometry` in assembly/gemm-pack.ts. */
  readonly geometry: readonly number[];
  readonly rows: number;
}

/** A plain matrix as left factor. */
export function rowsOf(m: Matrix): RowSource {
  return { kind: ROWS.strided, pointer: m.pointer, geometry: [m.rowStride, m.colStride], rows: m.rows };
}

/** `C[m ldc + n] = bias[n] + sum_k A[m, k] B[k, n]`. */
export function multiply(
  machine: Machine,
  a: RowSource,
  b: Matrix,
  bias: number,
  c: number,
  ldc: number,
): void {
  withPanels(machine, b, TILE, (panels) => {
    const blockRows = Math.min(96, Math.max(6, Math.ceil(a.rows / 48) * 6));
    const blocks = Math.ceil(a.rows / blockRows);
    const geometry = machine.record([], a.geometry);
    machine.run("gemm", blocks, 1, [
      ...[a.kind, a.pointer, geometry, panels.pointer, bias, c],
      ...[a.rows, b.cols, b.rows, ldc, blockRows],
    ]);
  });
}
