// Dense products: C (M x N) = A (M x K) B (K x N), blocked over K, with a 6 x 8 register tile.
import { simd } from "../lib/simd";
import { packRows, Patches, RowSource } from "./gemm-pack";

/** Rows of the register tile: 12 accumulators, 2 vectors of B and 1 of A fill 15 of 16 registers. */
const TILE_ROWS: i32 = 6;
/** Columns of the register tile and of a panel of B. */
const TILE_COLS: i32 = 8;
/** Depth of a block: a panel of B (8 KiB) stays in the first-level cache. */
const BLOCK_K: i32 = 256;

/**
 * tile[6][8] = A panel [depth][6] times B panel [depth][8]. Exported, as is the one below, so that they stay functions of
 * their own: inlined, they run out of registers.
 */
export function multiplyTile(a: usize, b: usize, depth: i32, tile: usize): void {
  multiply<f32>(a, b, depth, tile);
}

/** tile[6][8] = tile + A panel times B panel, one product after the other. */
export function continueTile(a: usize, b: usize, depth: i32, tile: usize): void {
  multiply<v128>(a, b, depth, tile);
}

/** Both: sums begin with the tile with Start = v128, else with zero. */
function multiply<Start>(a: usize, b: usize, depth: i32, tile: usize): void {
  let c00 = sizeof<Start>() == 16 ? v128.load(tile, 0) : f32x4.splat(0);
  let c01 = sizeof<Start>() == 16 ? v128.load(tile, 16) : f32x4.splat(0);
  let c10 = sizeof<Start>() == 16 ? v128.load(tile, 32) : f32x4.splat(0);
  let c11 = sizeof<Start>() == 16 ? v128.load(tile, 48) : f32x4.splat(0);
  let c20 = sizeof<Start>() == 16 ? v128.load(tile, 64) : f32x4.splat(0);
  let c21 = sizeof<Start>() == 16 ? v128.load(tile, 80) : f32x4.splat(0);
  let c30 = sizeof<Start>() == 16 ? v128.load(tile, 96) : f32x4.splat(0);
  let c31 = sizeof<Start>() == 16 ? v128.load(tile, 112) : f32x4.splat(0);
  let c40 = sizeof<Start>() == 16 ? v128.load(tile, 128) : f32x4.splat(0);
  let c41 = sizeof<Start>() == 16 ? v128.load(tile, 144) : f32x4.splat(0);
  let c50 = sizeof<Start>() == 16 ? v128.load(tile, 160) : f32x4.splat(0);
  let c51 = sizeof<Start>() == 16 ? v128.load(tile, 176) : f32x4.splat(0);
  let b0: v128, b1: v128, x: v128;
  // Not unrolled: with more loads in flight V8 runs out of registers and spills (bench/LAB.md).
  const end = a + ((<usize>(depth * TILE_ROWS)) << 2);
  for (; a < end; a += 4 * TILE_ROWS, b += 4 * TILE_COLS) {
    b0 = v128.load(b, 0);
    b1 = v128.load(b, 16);
    x = v128.load32_splat(a, 0);
    c00 = simd.madd(x, b0, c00);
    c01 = simd.madd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = simd.madd(x, b0, c10);
    c11 = simd.madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = simd.madd(x, b0, c20);
    c21 = simd.madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = simd.madd(x, b0, c30);
    c31 = simd.madd(x, b1, c31);
    x = v128.load32_splat(a, 16);
    c40 = simd.madd(x, b0, c40);
    c41 = simd.madd(x, b1, c41);
    x = v128.load32_splat(a, 20);
    c50 = simd.madd(x, b0, c50);
    c51 = simd.madd(x, b1, c51);
  }
  v128.store(tile, c00, 0);
  v128.store(tile, c01, 16);
  v128.store(tile, c10, 32);
  v128.store(tile, c11, 48);
  v128.store(tile, c20, 64);
  v128.store(tile, c21, 80);
  v128.store(tile, c30, 96);
  v128.store(tile, c31, 112);
  v128.store(tile, c40, 128);
  v128.store(tile, c41, 144);
  v128.store(tile, c50, 160);
  v128.store(tile, c51, 176);
}

/** tile = bias, or, after the first block of K, the valid part of C. */
function startTile(tile: usize, c: usize, ldc: i32, rows: i32, cols: i32, first: bool, bias: usize): void {
  for (let i = 0; i < rows; i++) {
    const to = tile + ((<usize>i) << 5);
    const from = first ? bias : c + ((<usize>(i * ldc)) << 2);
    if (from && cols == TILE_COLS) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      continue;
    }
    for (let j = 0; j < TILE_COLS; j++) {
      const at = (<usize>j) << 2;
      store<f32>(to + at, from && j < cols ? load<f32>(from + at) : 0);
    }
  }
}

/** Adds the valid part of a tile to C, or sets C to bias + tile in the first block of K. */
function storeTile(tile: usize, c: usize, ldc: i32, rows: i32, cols: i32, first: bool, bias: usize): void {
  for (let i = 0; i < rows; i++) {
    const from = tile + ((<usize>i) << 5);
    const to = c + ((<usize>(i * ldc)) << 2);
    if (cols == TILE_COLS) {
      let low = v128.load(from);
      let high = v128.load(from, 16);
      if (!first) {
        low = f32x4.add(v128.load(to), low);
        high = f32x4.add(v128.load(to, 16), high);
      } else if (bias) {
        low = f32x4.add(v128.load(bias), low);
        high = f32x4.add(v128.load(bias, 16), high);
      }
      v128.store(to, low);
      v128.store(to, high, 16);
    } else {
      for (let j = 0; j < cols; j++) {
        const at = (<usize>j) << 2;
        let base: f32 = 0;
        if (!first) base = load<f32>(to + at);
        else if (bias) base = load<f32>(bias + at);
        store<f32>(to + at, base + load<f32>(from + at));
      }
    }
  }
}

/**
 * Blocks begin..end of `blockRows` rows of C.
 *
 * @param source, a, rowStride, colStride, patches where the rows of A come from; see `packRows`
 * @param b panels of B, [ceil(N / 8)][K][8], zero-padded
 * @param bias N numbers, or 0
 * @param c C[m ldc + n]
 * @param inOrder adds one product after the other to the bias, as sums over events do, for the same bits
 * @param scratch room for (blockRows + 6) x 256 + 68 numbers, of this thread
 */
export function gemm(
  source: RowSource,
  a: usize,
  rowStride: i32,
  colStride: i32,
  patches: Patches | null,
  b: usize,
  bias: usize,
  c: usize,
  M: i32,
  N: i32,
  K: i32,
  ldc: i32,
  blockRows: i32,
  inOrder: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const tile = scratch;
  const pixels = scratch + 4 * TILE_ROWS * TILE_COLS;
  const packed = pixels + 128;
  for (let block = begin; block < end; block++) {
    const m0 = block * blockRows;
    const m1 = min(m0 + blockRows, M);
    for (let k0 = 0; k0 < K; k0 += BLOCK_K) {
      const depth = min(BLOCK_K, K - k0);
      packRows(source, a, rowStride, colStride, patches, m0, m1, k0, depth, pixels, packed);
      for (let n = 0; n < N; n += TILE_COLS) {
        const panel = b + ((<usize>(n * K + k0 * TILE_COLS)) << 2);
        const biasHere = bias ? bias + ((<usize>n) << 2) : 0;
        for (let m = m0; m < m1; m += TILE_ROWS) {
          const rows = packed + ((<usize>((m - m0) * depth)) << 2);
          const to = c + ((<usize>(m * ldc + n)) << 2);
          const height = min(TILE_ROWS, m1 - m);
          const width = min(TILE_COLS, N - n);
          if (inOrder) {
            startTile(tile, to, ldc, height, width, k0 == 0, biasHere);
            continueTile(rows, panel, depth, tile);
            storeTile(tile, to, ldc, height, width, true, 0);
          } else {
            multiplyTile(rows, panel, depth, tile);
            storeTile(tile, to, ldc, height, width, k0 == 0, biasHere);
          }
        }
      }
    }
  }
}
