// Matrices to panels and back. Pointers are to float32 arrays; outputs may not overlap inputs.
import { PANEL, panelWidth } from "../lib/gather";

/** Width of panel p of N columns: 8 for register tiles, as `panelWidth` says for gathering. */
function widthOf(panel: i32, p: i32, N: i32): i32 {
  return panel == PANEL ? panelWidth(p * PANEL, N) : panel;
}

/**
 * Copies the matrix x[k rowStride + n colStride] (K x N) into panels, each contiguous [K][width],
 * zero beyond N. Panel p begins at column p * `panel` (8 or 32). Unit u of begin..end is part
 * u mod `splits` of the rows of panel u / splits.
 */
export function packPanels(
  x: usize,
  out: usize,
  K: i32,
  N: i32,
  rowStride: i32,
  colStride: i32,
  panel: i32,
  splits: i32,
  begin: i32,
  end: i32,
): void {
  const rows = (K + splits - 1) / splits;
  for (let unit = begin; unit < end; unit++) {
    const p = unit / splits;
    const k0 = (unit % splits) * rows;
    const k1 = min(K, k0 + rows);
    const width = widthOf(panel, p, N);
    const from = x + ((<usize>(p * panel * colStride)) << 2);
    const to = out + ((<usize>(p * panel * K)) << 2);
    const valid = min(width, N - p * panel);
    if (colStride == 1 && valid == width) packRowsOf(from, to, k0, k1, rowStride, width);
    else packColumns(from, to, k0, k1, rowStride, colStride, width, valid);
  }
}

/** Rows of the matrix are contiguous: vector copies. */
function packRowsOf(x: usize, out: usize, k0: i32, k1: i32, rowStride: i32, width: i32): void {
  for (let k = k0; k < k1; k++) {
    const from = x + ((<usize>(k * rowStride)) << 2);
    const to = out + ((<usize>(k * width)) << 2);
    for (let j = 0; j < width; j += 4)
      v128.store(to + ((<usize>j) << 2), v128.load(from + ((<usize>j) << 2)));
  }
}

/** Any strides; 4 x 4 blocks are transposed in registers where columns are contiguous. */
function packColumns(
  x: usize,
  out: usize,
  k0: i32,
  k1: i32,
  rowStride: i32,
  colStride: i32,
  width: i32,
  valid: i32,
): void {
  let k = k0;
  if (rowStride == 1) {
    for (; k + 4 <= k1; k += 4) {
      let j = 0;
      for (; j + 4 <= valid; j += 4) {
        const from = x + ((<usize>(k + j * colStride)) << 2);
        transposeBlock(from, colStride, out + ((<usize>(k * width + j)) << 2), width);
      }
      for (; j < width; j++) {
        for (let i = k; i < k + 4; i++) packOne(x, out, i, j, rowStride, colStride, width, valid);
      }
    }
  }
  for (; k < k1; k++) {
    for (let j = 0; j < width; j++) packOne(x, out, k, j, rowStride, colStride, width, valid);
  }
}

function packOne(
  x: usize,
  out: usize,
  k: i32,
  j: i32,
  rowStride: i32,
  colStride: i32,
  width: i32,
  valid: i32,
): void {
  const value: f32 = j < valid ? load<f32>(x + ((<usize>(k * rowStride + j * colStride)) << 2)) : 0;
  store<f32>(out + ((<usize>(k * width + j)) << 2), value);
}

/** out[k][j] = x[j][k] for a 4 x 4 block; strides in numbers. */
function transposeBlock(x: usize, xStride: i32, out: usize, outStride: i32): void {
  const xs = (<usize>xStride) << 2;
  const os = (<usize>outStride) << 2;
  const r0 = v128.load(x);
  const r1 = v128.load(x + xs);
  const r2 = v128.load(x + 2 * xs);
  const r3 = v128.load(x + 3 * xs);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(out + os, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(out + 2 * os, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(out + 3 * os, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** The way back from gathering panels: out[k rowStride + n colStride], panels begin..end. */
export function unpackPanels(
  panels: usize,
  out: usize,
  K: i32,
  N: i32,
  rowStride: i32,
  colStride: i32,
  begin: i32,
  end: i32,
): void {
  for (let p = begin; p < end; p++) {
    const n0 = p * PANEL;
    const width = panelWidth(n0, N);
    const valid = min(width, N - n0);
    let from = panels + ((<usize>(n0 * K)) << 2);
    let k = 0;
    if (rowStride == 1) {
      for (; k + 4 <= K; k += 4) {
        let j = 0;
        for (; j + 4 <= valid; j += 4) {
          const to = out + ((<usize>(k + (n0 + j) * colStride)) << 2);
          transposeBlock(from + ((<usize>j) << 2), width, to, colStride);
        }
        for (; j < valid; j++) {
          for (let i = 0; i < 4; i++) {
            const value = load<f32>(from + ((<usize>(i * width + j)) << 2));
            store<f32>(out + ((<usize>(k + i + (n0 + j) * colStride)) << 2), value);
          }
        }
        from += (<usize>width) << 4;
      }
    }
    for (; k < K; k++) {
      for (let j = 0; j < valid; j++) {
        const to = out + ((<usize>(k * rowStride + (n0 + j) * colStride)) << 2);
        store<f32>(to, load<f32>(from + ((<usize>j) << 2)));
      }
      from += (<usize>width) << 2;
    }
  }
}
