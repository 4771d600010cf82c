import type { Machine } from "./machine.ts";
import type { WasmStorage } from "./storage.ts";

/** Columns of a panel for the register tile of the dense product. */
export const TILE = 8;
/** Columns of a panel for gathering; a last, narrower panel has 16 or 4. */
export const PANEL = 32;

/** A matrix K x N by address and strides: number (k, n) stands at `pointer + 4 (k rowStride + n colStride)`. */
export interface Matrix {
  readonly pointer: number;
  readonly rows: number;
  readonly cols: number;
  readonly rowStride: number;
  readonly colStride: number;
}

/** A contiguous matrix. */
export function matrix(pointer: number, rows: number, cols: number): Matrix {
  return { pointer, rows, cols, rowStride: cols, colStride: 1 };
}

/** The same numbers with rows and columns exchanged. */
export function transposed(m: Matrix): Matrix {
  return { ...m, rows: m.cols, cols: m.rows, rowStride: m.colStride, colStride: m.rowStride };
}

/** Numbers that K x N takes as panels. */
export function panelLength(rows: number, cols: number, panel: number): number {
  const rest = cols % panel;
  const tail = panel === TILE ? TILE : rest > 16 ? 32 : rest > 4 ? 16 : 4;
  return rows * (cols - rest + (rest ? tail : 0));
}

/** Lends `work` the matrix as panels of `panel` columns. */
export function withPanels<T>(
  machine: Machine,
  m: Matrix,
  panel: number,
  work: (panels: WasmStorage) => T,
): T {
  return machine.lend(panelLength(m.rows, m.cols, panel), (panels) => {
    const count = Math.ceil(m.cols / panel);
    const splits = Math.max(1, Math.min(Math.ceil(m.rows / 256), Math.ceil(64 / count)));
    const args = [m.pointer, panels.pointer, m.rows, m.cols, m.rowStride, m.colStride, panel, splits];
    machine.run("packPanels", count * splits, machine.grain(count * splits, 64), args);
    return work(panels);
  });
}

/** Writes gathering panels back as the matrix `m`. */
export function unpackPanels(machine: Machine, panels: WasmStorage, m: Matrix): void {
  const count = Math.ceil(m.cols / PANEL);
  const args = [panels.pointer, m.pointer, m.rows, m.cols, m.rowStride, m.colStride];
  machine.run("unpackPanels", count, 1, args);
}

/** Lends `work` the address of `count` biases (zeros without one), followed by zeros to whole panels. */
export function withPaddedBias(
  machine: Machine,
  bias: number,
  count: number,
  work: (bias: number) => void,
): void {
  const length = Math.ceil(count / PANEL) * PANEL;
  machine.lend(length, (padded) => {
    const numbers = machine.numbers(padded).fill(0);
    if (bias) numbers.set(machine.f32.subarray(bias / 4, bias / 4 + count));
    work(padded.pointer);
  });
}
