// Products of spectra, frequency by frequency: C = A B of complex matrices from three real products.
//
//   P1 = Ar Br,  P2 = Ai Bi,  P3 = (Ar + sA Ai) (Br + sB Bi)
//   Cr = P1 + s P2,  Ci = P3 - P1 + s P2
//
// s = -1, sA = sB = 1 give the plain product; s = 1 with sA = -1 or sB = -1 that with A or B conjugate.
import { multiplyTile } from "../products/gemm";
import { packRows, RowSource } from "../products/gemm-pack";
import { packPanels } from "../products/panels";
import { simd } from "../lib/simd";

const TILE_ROWS: i32 = 6;
const TILE_COLS: i32 = 8;
/** Depth, rows and columns of the blocks that are packed at once: they stay in the second-level cache. */
const BLOCK_DEPTH: i32 = 256;
const BLOCK_ROWS: i32 = 96;
const BLOCK_COLS: i32 = 128;

const TILE_BYTES: usize = 4 * TILE_ROWS * TILE_COLS;
const A_BYTES: usize = 4 * BLOCK_ROWS * BLOCK_DEPTH;
const B_BYTES: usize = 4 * BLOCK_COLS * BLOCK_DEPTH;

/** A complex matrix for each frequency; strides and the offset of the imaginary part count numbers. */
export class Spectra {
  pointer: usize;
  rowStride: i32;
  colStride: i32;
  frequencyStride: i32;
  imaginary: i32;
}

/** The sizes and signs of a product. Columns of C are padded to whole tiles. */
export class SpectralProduct {
  sign: f32;
  aSign: f32;
  bSign: f32;
  rows: i32;
  cols: i32;
  depth: i32;
  frequencies: i32;
}

/** out = a + sign b for `count` numbers, a multiple of four. */
function addSigned(a: usize, b: usize, sign: f32, out: usize, count: i32): void {
  const factor = f32x4.splat(sign);
  for (let at: usize = 0; at < (<usize>count) << 2; at += 16) {
    v128.store(out + at, simd.madd(factor, v128.load(b + at), v128.load(a + at)));
  }
}

/** Adds the three products of a tile to C, or sets C to them. */
function storeTile(
  tiles: usize,
  c: usize,
  imaginary: usize,
  row: usize,
  rows: i32,
  sign: f32,
  first: bool,
): void {
  const s = f32x4.splat(sign);
  for (let i = 0; i < rows; i++) {
    for (let lane: usize = 0; lane < 32; lane += 16) {
      const from = tiles + ((<usize>i) << 5) + lane;
      const p1 = v128.load(from);
      const p2 = f32x4.mul(s, v128.load(from + TILE_BYTES));
      let real = f32x4.add(p1, p2);
      let other = f32x4.add(f32x4.sub(v128.load(from + 2 * TILE_BYTES), p1), p2);
      const to = c + lane;
      if (!first) {
        real = f32x4.add(real, v128.load(to));
        other = f32x4.add(other, v128.load(to + imaginary));
      }
      v128.store(to, real);
      v128.store(to + imaginary, other);
    }
    c += row;
  }
}

/**
 * Units begin..end: unit u is frequency u / blocks, block u mod `blocks` of BLOCK_COLS columns.
 * @param scratch room for 3 (A + B + tile) blocks
 */
export function delayProducts(
  product: SpectralProduct,
  a: Spectra,
  b: Spectra,
  c: Spectra,
  blocks: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const tiles = scratch;
  const aPacked = tiles + 3 * TILE_BYTES;
  const bPacked = aPacked + 3 * A_BYTES;
  for (let unit = begin; unit < end; unit++) {
    const f = unit / blocks;
    const n0 = (unit % blocks) * BLOCK_COLS;
    const cols = min(BLOCK_COLS, product.cols - n0);
    const panels = (cols + TILE_COLS - 1) / TILE_COLS;
    // The first and the last frequency are real.
    const complex = f > 0 && f < product.frequencies - 1;
    const parts = complex ? 2 : 1;
    const aFrom = a.pointer + ((<usize>(f * a.frequencyStride)) << 2);
    const cFrom = c.pointer + ((<usize>(f * c.frequencyStride + n0)) << 2);
    if (!complex) memory.fill(tiles + TILE_BYTES, 0, TILE_BYTES);
    for (let k0 = 0; k0 < product.depth; k0 += BLOCK_DEPTH) {
      const depth = min(BLOCK_DEPTH, product.depth - k0);
      const bFrom = b.pointer + ((<usize>(f * b.frequencyStride + k0 * b.rowStride + n0 * b.colStride)) << 2);
      for (let part = 0; part < parts; part++) {
        const from = bFrom + ((<usize>(part * b.imaginary)) << 2);
        const to = bPacked + <usize>part * B_BYTES;
        packPanels(from, to, depth, cols, b.rowStride, b.colStride, TILE_COLS, 1, 0, panels);
      }
      if (complex)
        addSigned(
          bPacked,
          bPacked + B_BYTES,
          product.bSign,
          bPacked + 2 * B_BYTES,
          panels * TILE_COLS * depth,
        );
      for (let m0 = 0; m0 < product.rows; m0 += BLOCK_ROWS) {
        const m1 = min(product.rows, m0 + BLOCK_ROWS);
        for (let part = 0; part < parts; part++) {
          const from = aFrom + ((<usize>(part * a.imaginary)) << 2);
          const to = aPacked + <usize>part * A_BYTES;
          packRows(RowSource.strided, from, a.rowStride, a.colStride, null, m0, m1, k0, depth, 0, to);
        }
        if (complex) {
          const count = ((m1 - m0 + TILE_ROWS - 1) / TILE_ROWS) * TILE_ROWS * depth;
          addSigned(aPacked, aPacked + A_BYTES, product.aSign, aPacked + 2 * A_BYTES, (count + 3) & ~3);
        }
        for (let p = 0; p < panels; p++) {
          const panel = bPacked + ((<usize>(p * TILE_COLS * depth)) << 2);
          for (let m = m0; m < m1; m += TILE_ROWS) {
            const rows = aPacked + ((<usize>((m - m0) * depth)) << 2);
            multiplyTile(rows, panel, depth, tiles);
            if (complex) {
              multiplyTile(rows + A_BYTES, panel + B_BYTES, depth, tiles + TILE_BYTES);
              multiplyTile(rows + 2 * A_BYTES, panel + 2 * B_BYTES, depth, tiles + 2 * TILE_BYTES);
            } else {
              memory.copy(tiles + 2 * TILE_BYTES, tiles, TILE_BYTES);
            }
            const to = cFrom + ((<usize>(m * c.rowStride + p * TILE_COLS)) << 2);
            const row = (<usize>c.rowStride) << 2;
            const imaginary = (<usize>c.imaginary) << 2;
            storeTile(tiles, to, imaginary, row, min(TILE_ROWS, m1 - m), product.sign, k0 == 0);
          }
        }
      }
    }
  }
}
