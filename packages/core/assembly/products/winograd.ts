// Dense convolutions of 3 x 3 kernels and stride 1 by Winograd's minimal filtering F(2 x 2, 3 x 3)
// (Lavin & Gray 2016): a tile of 2 x 2 outputs takes 16 products a pair of channels instead of 36.
//
//   Y = A^T [(G g G^T) * (B^T d B)] A,  d the 4 x 4 inputs under the tile, summed over channels
//
// Images are channels last; channels in and out are multiples of 4.
import { interleave, STEP, TILE_ROWS } from "./gemm-pack";
import { Window } from "../lib/window";
import { multiplyTile } from "./gemm";

/** Columns of a panel of U and of the register tile. */
const PANEL: i32 = 8;
/** Products of a tile for each pair of channels. */
const POINTS: i32 = 16;
/** Bytes of a register tile: 6 tiles by 8 outputs. */
const PRODUCTS: usize = 192;
/** Bytes of a transformed vector of six tiles. */
const SIX: usize = 96;

/** The images in and out, each with its channels; kernels are 3 x 3, and the stride is 1. */
export class Tiles extends Window {
  outputs: i32;
  /** Tiles of a line, and lines of tiles of an image. */
  across: i32;
  down: i32;
}

/**
 * U[point][panel][channel][8] from weights w[ky][kx][channel][output]; channels begin..end.
 *
 * @param flipped 1 to turn the kernel by 180 degrees
 */
export function winogradWeights(
  w: usize,
  channels: i32,
  outputs: i32,
  flipped: i32,
  u: usize,
  begin: i32,
  end: i32,
): void {
  const plane = (<usize>(channels * outputs)) << 2;
  const panels = (outputs + PANEL - 1) / PANEL;
  const point = (<usize>(panels * channels * PANEL)) << 2;
  const first = flipped ? w + 8 * plane : w;
  for (let c = begin; c < end; c++) {
    for (let n = 0; n < panels * PANEL; n += 4) {
      const to = u + ((<usize>(((n / PANEL) * channels + c) * PANEL + (n & 4))) << 2);
      if (n < outputs)
        weightPoints(first + ((<usize>(c * outputs + n)) << 2), flipped ? -plane : plane, to, point);
      else for (let i = 0; i < POINTS; i++) v128.store(to + <usize>i * point, f32x4.splat(0));
    }
  }
}

/** G g G^T for four outputs; the nine weights stand `step` bytes apart. */
function weightPoints(from: usize, step: usize, to: usize, point: usize): void {
  const half = f32x4.splat(0.5);
  for (let column = 0; column < 3; column++) {
    const a = v128.load(from);
    const b = v128.load(from + 3 * step);
    const c = v128.load(from + 6 * step);
    const sum = f32x4.add(a, c);
    // Four rows of three columns, in the first twelve places of the sixteen.
    v128.store(to + <usize>column * point, a);
    v128.store(to + <usize>(4 + column) * point, f32x4.mul(half, f32x4.add(sum, b)));
    v128.store(to + <usize>(8 + column) * point, f32x4.mul(half, f32x4.sub(sum, b)));
    v128.store(to + <usize>(12 + column) * point, c);
    from += step;
  }
  for (let row = 0; row < 4; row++) {
    const a = v128.load(to);
    const b = v128.load(to + point);
    const c = v128.load(to + 2 * point);
    const sum = f32x4.add(a, c);
    v128.store(to + point, f32x4.mul(half, f32x4.add(sum, b)));
    v128.store(to + 2 * point, f32x4.mul(half, f32x4.sub(sum, b)));
    v128.store(to + 3 * point, c);
    to += 4 * point;
  }
}

/**
 * y = correlation of x with the kernels behind U, plus bias; blocks of `groups` times six tiles, tiles
 * begin..end of all images.
 *
 * @param bias one number an output, or 0
 * @param scratch room for 96 values per channel, and for 96 per group of tiles and channel, in and out (these to whole panels)
 */
export function winograd(
  tiles: Tiles,
  x: usize,
  u: usize,
  bias: usize,
  y: usize,
  groups: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const panels = (tiles.outputs + PANEL - 1) / PANEL;
  const inputs = scratch + <usize>tiles.channels * SIX * 4;
  const products = inputs + <usize>(groups * tiles.channels) * SIX * 4;
  const block = groups * TILE_ROWS;
  for (let t0 = begin; t0 < end; t0 += block) {
    const t1 = min(end, t0 + block);
    const used = (t1 - t0 + TILE_ROWS - 1) / TILE_ROWS;
    for (let i = 0; i < used; i++)
      transformInputs(tiles, x, t0 + i * TILE_ROWS, t1, i, groups, scratch, inputs);
    for (let point = 0; point < POINTS; point++) {
      for (let panel = 0; panel < panels; panel++) {
        const b = u + ((<usize>((point * panels + panel) * tiles.channels * PANEL)) << 2);
        for (let i = 0; i < used; i++) {
          const a = inputs + <usize>((point * groups + i) * tiles.channels) * STEP;
          multiplyTile(
            a,
            b,
            tiles.channels,
            products + <usize>((i * panels + panel) * POINTS + point) * PRODUCTS,
          );
        }
      }
    }
    for (let t = t0; t < t1; t++) {
      const i = (t - t0) / TILE_ROWS;
      const from =
        products + <usize>(i * panels * POINTS) * PRODUCTS + ((<usize>(t - t0 - i * TILE_ROWS)) << 5);
      transformOutputs(tiles, from, bias, y, t);
    }
  }
}

/** B^T d B of six tiles from t on, packed as the rows of a dense product: [point][group][channel][6]. */
function transformInputs(
  tiles: Tiles,
  x: usize,
  t: i32,
  end: i32,
  group: i32,
  groups: i32,
  scratch: usize,
  inputs: usize,
): void {
  const channels = tiles.channels;
  for (let i = 0; i < TILE_ROWS; i++) {
    if (t + i < end) transformTile(tiles, x, t + i, scratch + ((<usize>i) << 4));
  }
  for (let point = 0; point < POINTS; point++) {
    let from = scratch + <usize>point * SIX;
    let to = inputs + <usize>((point * groups + group) * channels) * STEP;
    for (let c = 0; c < channels; c += 4) {
      interleave(from, from + 16, from + 32, from + 48, from + 64, from + 80, 4, to);
      from += POINTS * SIX;
      to += 4 * STEP;
    }
  }
}

/** B^T d B of one tile: to[channel / 4][point][6], 16 bytes each. */
function transformTile(tiles: Tiles, x: usize, t: i32, to: usize): void {
  const line = t / tiles.across;
  const x0 = (t % tiles.across) * 2 - tiles.padding;
  const y0 = (line % tiles.down) * 2 - tiles.padding;
  const plane = line / tiles.down;
  const step = (<usize>tiles.channels) << 2;
  const row = step * <usize>tiles.inWidth;
  // May point outside the image; only what is inside is read.
  const from = x + <usize>((plane * tiles.inHeight + y0) * tiles.inWidth + x0) * step;
  const inside = y0 >= 0 && y0 + 3 < tiles.inHeight;
  for (let column = 0; column < 4; column++) {
    const at = from + <usize>column * step;
    const out = to + <usize>column * SIX;
    if (<u32>(x0 + column) >= <u32>tiles.inWidth) outsideColumn(tiles.channels, out);
    else if (inside) insideColumn(at, row, tiles.channels, out);
    else borderColumn(at, row, tiles.channels, y0, tiles.inHeight, out);
  }
  for (let c = 0; c < tiles.channels; c += 4) {
    transformRows(to);
    to += POINTS * SIX;
  }
}

function outsideColumn(channels: i32, to: usize): void {
  const zero = f32x4.splat(0);
  for (let c = 0; c < channels; c += 4) {
    v128.store(to, zero);
    v128.store(to, zero, 4 * SIX);
    v128.store(to, zero, 8 * SIX);
    v128.store(to, zero, 12 * SIX);
    to += POINTS * SIX;
  }
}

/** Four inputs of a column, all channels, to the four rows of B^T d. */
function insideColumn(at: usize, row: usize, channels: i32, to: usize): void {
  const end = at + ((<usize>channels) << 2);
  for (; at < end; at += 16) {
    const d0 = v128.load(at);
    const d1 = v128.load(at + row);
    const d2 = v128.load(at + 2 * row);
    const d3 = v128.load(at + 3 * row);
    v128.store(to, f32x4.sub(d0, d2));
    v128.store(to, f32x4.add(d1, d2), 4 * SIX);
    v128.store(to, f32x4.sub(d2, d1), 8 * SIX);
    v128.store(to, f32x4.sub(d1, d3), 12 * SIX);
    to += POINTS * SIX;
  }
}

/** The same where rows may lie outside the image. */
function borderColumn(at: usize, row: usize, channels: i32, y: i32, height: i32, to: usize): void {
  const zero = f32x4.splat(0);
  const end = at + ((<usize>channels) << 2);
  for (; at < end; at += 16) {
    const d0 = <u32>y < <u32>height ? v128.load(at) : zero;
    const d1 = <u32>(y + 1) < <u32>height ? v128.load(at + row) : zero;
    const d2 = <u32>(y + 2) < <u32>height ? v128.load(at + 2 * row) : zero;
    const d3 = <u32>(y + 3) < <u32>height ? v128.load(at + 3 * row) : zero;
    v128.store(to, f32x4.sub(d0, d2));
    v128.store(to, f32x4.add(d1, d2), 4 * SIX);
    v128.store(to, f32x4.sub(d2, d1), 8 * SIX);
    v128.store(to, f32x4.sub(d1, d3), 12 * SIX);
    to += POINTS * SIX;
  }
}

/** (B^T d) B of four channels, in place. */
function transformRows(at: usize): void {
  for (let i = 0; i < 4; i++) {
    const a = v128.load(at);
    const b = v128.load(at, SIX);
    const c = v128.load(at, 2 * SIX);
    const d = v128.load(at, 3 * SIX);
    v128.store(at, f32x4.sub(a, c));
    v128.store(at, f32x4.add(b, c), SIX);
    v128.store(at, f32x4.sub(c, b), 2 * SIX);
    v128.store(at, f32x4.sub(b, d), 3 * SIX);
    at += 4 * SIX;
  }
}

/** A^T M A of one tile, all outputs, cut at the border; `from` holds [panel][point][6][8]. */
function transformOutputs(tiles: Tiles, from: usize, bias: usize, y: usize, t: i32): void {
  const line = t / tiles.across;
  const ox = (t % tiles.across) * 2;
  const oy = (line % tiles.down) * 2;
  const plane = line / tiles.down;
  const step = (<usize>tiles.outputs) << 2;
  const row = step * <usize>tiles.outWidth;
  const to = y + <usize>((plane * tiles.outHeight + oy) * tiles.outWidth + ox) * step;
  const wide = ox + 1 < tiles.outWidth;
  const high = oy + 1 < tiles.outHeight;
  for (let n = 0; n < tiles.outputs; n += 4) {
    const m = from + <usize>((n / PANEL) * POINTS) * PRODUCTS + ((<usize>(n & 4)) << 2);
    const start = bias ? v128.load(bias + ((<usize>n) << 2)) : f32x4.splat(0);
    const at = to + ((<usize>n) << 2);
    let y00 = start;
    let y01 = start;
    let y10 = start;
    let y11 = start;
    for (let column = 0; column < 4; column++) {
      const p = m + <usize>column * PRODUCTS;
      const m1 = v128.load(p, 4 * PRODUCTS);
      const m2 = v128.load(p, 8 * PRODUCTS);
      const top = f32x4.add(v128.load(p), f32x4.add(m1, m2));
      const bottom = f32x4.sub(f32x4.sub(m1, m2), v128.load(p, 12 * PRODUCTS));
      if (column < 3) {
        y00 = f32x4.add(y00, top);
        y10 = f32x4.add(y10, bottom);
      }
      if (column == 1) {
        y01 = f32x4.add(y01, top);
        y11 = f32x4.add(y11, bottom);
      } else if (column > 1) {
        y01 = f32x4.sub(y01, top);
        y11 = f32x4.sub(y11, bottom);
      }
    }
    v128.store(at, y00);
    if (wide) v128.store(at + step, y01);
    if (high) v128.store(at + row, y10);
    if (wide && high) v128.store(at + row + step, y11);
  }
}
