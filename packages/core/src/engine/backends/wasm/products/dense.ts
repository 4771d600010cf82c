/**
 * Dense products on a 6 x 8 register tile over packed panels.
 * Where inputs are too dense for events; the left factor is a matrix, or patches that are packed on the fly.
 * Measured in bench/LAB.md, Register tile.
 */
import { type Matrix, TILE, withPanels } from "../operands/panels.ts";
import type { Address } from "../runtime/address.ts";
import type { Patches, RowSource } from "../runtime/kernel-calls.generated.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** The left factor M x K: a matrix, or the patches of an image. */
export interface Rows {
  readonly source: keyof typeof RowSource;
  readonly a: Address;
  readonly rowStride: number;
  readonly colStride: number;
  readonly patches: Patches | undefined;
  readonly rows: number;
}

/** A plain matrix as left factor. */
export function rowsOf({ x: a, rows, rowStride, colStride }: Matrix): Rows {
  return { source: "strided", a, rowStride, colStride, patches: undefined, rows };
}

/** Where a product goes, C[m ldc + n], and the bias of its columns, if any. */
export interface Target {
  readonly c: Address;
  readonly ldc: number;
  readonly bias?: Address;
  /** Whether sums begin with the bias and take one product after the other, as those over events; else by blocks. */
  readonly inOrder?: boolean;
}

/** `C[m, n] = bias[n] + sum_k A[m, k] B[k, n]`. */
export function multiply(runtime: Runtime, rows: Rows, b: Matrix, target: Target): void {
  const { source, a, rowStride, colStride, patches, rows: M } = rows;
  const { c, ldc, bias, inOrder = false } = target;
  withPanels(runtime, b, TILE, (panels) => {
    const blockRows = Math.min(96, Math.max(6, Math.ceil(M / 48) * 6));
    runtime.run("gemm", Math.ceil(M / blockRows), 1, {
      source,
      a,
      rowStride,
      colStride,
      patches,
      b: panels,
      bias,
      c,
      M,
      N: b.cols,
      K: b.rows,
      ldc,
      blockRows,
      inOrder,
    });
  });
}
