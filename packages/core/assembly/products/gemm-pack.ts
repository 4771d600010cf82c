// Packs blocks of rows of A into panels [depth][6] for the dense products. The four sources of
// rows make linear layers and all three products of a convolution one and the same matrix product.
import { Window } from "../lib/window";

/** Where the rows of A come from. */
export enum RowSource {
  /** A[m][k] = a[m rowStride + k colStride], where one of the strides is 1. */
  strided,
  /** Row m is an output pixel; k = (ky, kx, c) walks its patch of the input image. */
  patches,
  /** Row m = (ky, kx, c); k is an output pixel: the transpose of `patches`. */
  patchesTransposed,
  /** Row m is an input pixel; k = (ky, kx, c) walks the output pixels that it contributed to. */
  contributions,
}

/** Rows of a packed panel. */
export const TILE_ROWS: i32 = 6;
/** Bytes from one k to the next in a packed panel. */
export const STEP: usize = 4 * TILE_ROWS;

/** Images of which `channels` of `pixelStride` channels are used, from `channelOffset` on. */
export class Patches extends Window {
  pixelStride: i32;
  channelOffset: i32;
}

/** The pixel of a row: its image, and where its patch begins; `plane` is -1 beyond the last row. */
class RowPixel {
  plane: i32;
  y: i32;
  x: i32;
}

/** Bytes of a RowPixel. */
const PIXEL: usize = 12;

/**
 * Packs rows m0..m1, columns k0..k0 + depth, zero-padded to a multiple of 6 rows.
 * @param patches null for strided rows
 * @param pixels room for six RowPixels
 */
export function packRows(
  source: RowSource,
  a: usize,
  rowStride: i32,
  colStride: i32,
  patches: Patches | null,
  m0: i32,
  m1: i32,
  k0: i32,
  depth: i32,
  pixels: usize,
  out: usize,
): void {
  const g = changetype<Patches>(patches);
  for (let m = m0; m < m1; m += TILE_ROWS) {
    if (source == RowSource.strided) {
      if (colStride == 1) packMatrix(rowStride, a, m, m1, k0, depth, out);
      else packMatrixColumns(colStride, a, m, m1, k0, depth, out);
    } else if (source == RowSource.patchesTransposed) packPatchColumns(g, a, m, m1, k0, depth, out);
    else packPixels(g, source, a, m, m1, k0, depth, pixels, out);
    out += <usize>depth * STEP;
  }
}

/** Four numbers of a row, zeros for a missing row (address 0). */
function numbers(row: usize, at: usize): v128 {
  return row ? v128.load(row + at) : i32x4.splat(0);
}

function number(row: usize, at: usize): f32 {
  return row ? load<f32>(row + at) : 0;
}

/** Interleaves `count` numbers of six rows: to[k][i] = row i [k]. */
export function interleave(
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  r4: usize,
  r5: usize,
  count: i32,
  to: usize,
): void {
  let at: usize = 0;
  const whole = (<usize>(count & ~3)) << 2;
  for (; at < whole; at += 16) {
    const a = numbers(r0, at);
    const b = numbers(r1, at);
    const c = numbers(r2, at);
    const d = numbers(r3, at);
    const e = numbers(r4, at);
    const f = numbers(r5, at);
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const efLow = v128.shuffle<f32>(e, f, 0, 4, 1, 5);
    v128.store(to, v128.shuffle<i64>(abLow, cdLow, 0, 2), 0);
    v128.store(to, v128.shuffle<i64>(efLow, abLow, 0, 3), 16);
    v128.store(to, v128.shuffle<i64>(cdLow, efLow, 1, 3), 32);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const efHigh = v128.shuffle<f32>(e, f, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(abHigh, cdHigh, 0, 2), 48);
    v128.store(to, v128.shuffle<i64>(efHigh, abHigh, 0, 3), 64);
    v128.store(to, v128.shuffle<i64>(cdHigh, efHigh, 1, 3), 80);
    to += 4 * STEP;
  }
  for (; at < (<usize>count) << 2; at += 4) {
    store<f32>(to, number(r0, at), 0);
    store<f32>(to, number(r1, at), 4);
    store<f32>(to, number(r2, at), 8);
    store<f32>(to, number(r3, at), 12);
    store<f32>(to, number(r4, at), 16);
    store<f32>(to, number(r5, at), 20);
    to += STEP;
  }
}

/** Rows of a matrix that are contiguous. */
function packMatrix(rowStride: i32, a: usize, m: i32, m1: i32, k0: i32, depth: i32, to: usize): void {
  const stride = (<usize>rowStride) << 2;
  const first = a + ((<usize>(m * rowStride + k0)) << 2);
  const left = m1 - m;
  interleave(
    first,
    left > 1 ? first + stride : 0,
    left > 2 ? first + 2 * stride : 0,
    left > 3 ? first + 3 * stride : 0,
    left > 4 ? first + 4 * stride : 0,
    left > 5 ? first + 5 * stride : 0,
    depth,
    to,
  );
}

/** Copies six neighbouring numbers, or the first `left` of them and zeros; zeros for address 0. */
function copySix(from: usize, left: i32, to: usize): void {
  if (from && left >= TILE_ROWS) {
    v128.store(to, v128.load(from));
    store<u64>(to, load<u64>(from, 16), 16);
    return;
  }
  for (let i = 0; i < TILE_ROWS; i++) {
    const at = (<usize>i) << 2;
    store<f32>(to + at, from && i < left ? load<f32>(from + at) : 0);
  }
}

/** Columns of a matrix that are contiguous: the six rows stand side by side. */
function packMatrixColumns(colStride: i32, a: usize, m: i32, m1: i32, k0: i32, depth: i32, to: usize): void {
  const step = (<usize>colStride) << 2;
  let from = a + ((<usize>(m + k0 * colStride)) << 2);
  for (let k = 0; k < depth; k++) {
    copySix(from, m1 - m, to);
    from += step;
    to += STEP;
  }
}

/** Six rows (place, c): channels of input pixels, side by side while they share a place of the kernel. */
function packPatchColumns(g: Patches, a: usize, m: i32, m1: i32, k0: i32, depth: i32, to: usize): void {
  const rows = min(TILE_ROWS, m1 - m);
  for (let i = 0; i < rows;) {
    const place = (m + i) / g.channels;
    const c = m + i - place * g.channels;
    const count = min(rows - i, g.channels - c);
    packPlaceColumns(g, a, place, c, count, k0, depth, to + ((<usize>i) << 2));
    i += count;
  }
  for (let i = rows; i < TILE_ROWS; i++) {
    for (let k = 0; k < depth; k++) store<f32>(to + <usize>k * STEP + ((<usize>i) << 2), 0);
  }
}

/** `count` neighbouring channels from c on, under one place of the kernel, for `depth` output pixels. */
function packPlaceColumns(
  g: Patches,
  a: usize,
  place: i32,
  c: i32,
  count: i32,
  k0: i32,
  depth: i32,
  to: usize,
): void {
  const dy = place / g.kernelWidth - g.padding;
  const dx = (place % g.kernelWidth) - g.padding;
  let k = k0;
  while (k < k0 + depth) {
    const ox = k % g.outWidth;
    const line = k / g.outWidth;
    const y = (line % g.outHeight) * g.stride + dy;
    const plane = line / g.outHeight;
    const stop = min(k0 + depth, k + g.outWidth - ox);
    for (let x = ox * g.stride + dx; k < stop; k++, x += g.stride) {
      const from = pixelAt(g, a, plane, y, x, g.inHeight, g.inWidth, c);
      if (count == TILE_ROWS) copySix(from, TILE_ROWS, to);
      else for (let i = 0; i < count; i++) store<f32>(to + ((<usize>i) << 2), number(from, (<usize>i) << 2));
      to += STEP;
    }
  }
}

/** Six pixels, place by place of the kernel. */
function packPixels(
  g: Patches,
  source: RowSource,
  a: usize,
  m: i32,
  m1: i32,
  k0: i32,
  depth: i32,
  pixels: usize,
  to: usize,
): void {
  for (let i = 0; i < TILE_ROWS; i++) findPixel(g, source, m + i, m1, pixels + <usize>i * PIXEL);
  for (let k = k0; k < k0 + depth;) {
    const place = k / g.channels;
    const c = k - place * g.channels;
    const run = min(g.channels - c, k0 + depth - k);
    interleave(
      rowStart(g, source, a, pixels, place, c),
      rowStart(g, source, a, pixels + PIXEL, place, c),
      rowStart(g, source, a, pixels + 2 * PIXEL, place, c),
      rowStart(g, source, a, pixels + 3 * PIXEL, place, c),
      rowStart(g, source, a, pixels + 4 * PIXEL, place, c),
      rowStart(g, source, a, pixels + 5 * PIXEL, place, c),
      run,
      to,
    );
    to += <usize>run * STEP;
    k += run;
  }
}

function findPixel(g: Patches, source: RowSource, m: i32, m1: i32, to: usize): void {
  const pixel = changetype<RowPixel>(to);
  const width = source == RowSource.patches ? g.outWidth : g.inWidth;
  const height = source == RowSource.patches ? g.outHeight : g.inHeight;
  const x = m % width;
  const line = m / width;
  const y = line % height;
  pixel.plane = m < m1 ? line / height : -1;
  pixel.y = source == RowSource.patches ? y * g.stride - g.padding : y + g.padding;
  pixel.x = source == RowSource.patches ? x * g.stride - g.padding : x + g.padding;
}

/** Where a row's numbers under one place of the kernel stand, from channel c on; 0 for zeros. */
function rowStart(g: Patches, source: RowSource, a: usize, at: usize, place: i32, c: i32): usize {
  const pixel = changetype<RowPixel>(at);
  if (pixel.plane < 0) return 0;
  const ky = place / g.kernelWidth;
  const kx = place - ky * g.kernelWidth;
  if (source == RowSource.patches) {
    return pixelAt(g, a, pixel.plane, pixel.y + ky, pixel.x + kx, g.inHeight, g.inWidth, c);
  }
  const y = pixel.y - ky;
  const x = pixel.x - kx;
  if (g.stride == 1) return pixelAt(g, a, pixel.plane, y, x, g.outHeight, g.outWidth, c);
  if (y % g.stride != 0 || x % g.stride != 0) return 0;
  return pixelAt(g, a, pixel.plane, y / g.stride, x / g.stride, g.outHeight, g.outWidth, c);
}

/** Address of channel c of a pixel, or 0 outside the image. */
function pixelAt(g: Patches, a: usize, plane: i32, y: i32, x: i32, height: i32, width: i32, c: i32): usize {
  if (<u32>y >= <u32>height || <u32>x >= <u32>width) return 0;
  return a + ((<usize>(((plane * height + y) * width + x) * g.pixelStride + g.channelOffset + c)) << 2);
}
