/**
 * A matrix as panels: columns in groups that stand side by side, row after row, zero-padded.
 * Eight columns for the register tile of dense products, 32 (a last one 16 or 4) for gathering.
 * Measured in bench/LAB.md, Register tile and Gathering.
 */
import { type Address, addressOf } from "../runtime/address.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { WasmStorage } from "../runtime/storage.ts";

/** Columns of a panel for the register tile of the dense product. */
export const TILE = 8;
/** Columns of a panel for gathering; a last, narrower panel has 16 or 4. */
export const PANEL = 32;

/** A matrix K x N by address and strides: value (k, n) stands at `x + 4 (k rowStride + n colStride)`. */
export interface Matrix {
  readonly x: Address;
  readonly rows: number;
  readonly cols: number;
  readonly rowStride: number;
  readonly colStride: number;
}

/** A contiguous matrix. */
export function matrix(x: Address, rows: number, cols: number): Matrix {
  return { x, rows, cols, rowStride: cols, colStride: 1 };
}

/** The same values with rows and columns exchanged. */
export function transposed({ x, rows, cols, rowStride, colStride }: Matrix): Matrix {
  return { x, rows: cols, cols: rows, rowStride: colStride, colStride: rowStride };
}

/** How many values K x N takes as panels. */
export function panelLength(rows: number, cols: number, panel: number): number {
  const rest = cols % panel;
  const tail = panel === TILE ? TILE : rest > 16 ? 32 : rest > 4 ? 16 : 4;
  return rows * (cols - rest + (rest ? tail : 0));
}

/** The matrix as panels of `panel` columns, for the time of `work`. */
export function withPanels<T>(
  runtime: Runtime,
  m: Matrix,
  panel: number,
  work: (panels: WasmStorage) => T,
): T {
  const { x, rows: K, cols: N, rowStride, colStride } = m;
  return runtime.scratch(panelLength(K, N, panel), (out) => {
    const count = Math.ceil(N / panel);
    const splits = Math.max(1, Math.min(Math.ceil(K / 256), Math.ceil(64 / count)));
    const grain = runtime.grain(count * splits, 64);
    runtime.run("packPanels", count * splits, grain, { x, out, K, N, rowStride, colStride, panel, splits });
    return work(out);
  });
}

/** Writes gathering panels back as the matrix `m`. */
export function unpackPanels(runtime: Runtime, panels: WasmStorage, m: Matrix): void {
  const { x: out, rows: K, cols: N, rowStride, colStride } = m;
  runtime.run("unpackPanels", Math.ceil(N / PANEL), 1, { panels, out, K, N, rowStride, colStride });
}

/** `count` biases (zeros without one), followed by zeros to whole panels, for the time of `work`. */
export function withPaddedBias(
  runtime: Runtime,
  bias: Address,
  count: number,
  work: (bias: WasmStorage) => void,
): void {
  const length = Math.ceil(count / PANEL) * PANEL;
  runtime.scratch(length, (padded) => {
    const values = runtime.values(padded).fill(0);
    const from = addressOf(bias) / 4;
    if (from) values.set(runtime.f32.subarray(from, from + count));
    work(padded);
  });
}
