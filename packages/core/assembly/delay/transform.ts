// Discrete Fourier transforms of sequences over time, eight channels at once, for layers with delays.
//
// With period N = 4 q and h = 2 q, a sequence is folded twice: with a = x[n], b = x[N - n],
// c = x[h - n], d = x[h + n] for n = 0 .. q, even frequencies see (a + b) + (c + d) through cosines
// and (a - b) - (c - d) through sines, odd ones (a + b) - (c + d) and (a - b) + (c - d). What is
// left are four small matrix products. The way back is the same in reverse.
//
// A spectrum is [rows][f = 0 .. h][real, imaginary][channels, padded].
import { multiplyTile } from "../products/gemm";
import { simd } from "../lib/simd";

const TILE_ROWS: i32 = 6;
/** Bytes of eight numbers. */
const WIDTH: usize = 32;

/** How sequences are cut. A row is segment k of `count` of a sample; segments begin every `stride` steps. */
export class Segments {
  steps: i32;
  batch: i32;
  channels: i32;
  count: i32;
  stride: i32;
  /** A segment's window reaches from `before` steps before its begin to `after` steps after it. */
  before: i32;
  after: i32;
  /** q: a quarter of the period. */
  quarter: i32;
  /** Numbers from the real to the imaginary part of a row of the spectrum. */
  lineStride: i32;
}

/** Four numbers from each of two places, of which `lanes` count. */
function copyLanes(from: usize, to: usize, lanes: i32): void {
  v128.store(to, simd.loadAny(from, lanes), 0);
  v128.store(to, lanes > 4 ? simd.loadAny(from + 16, lanes - 4) : f32x4.splat(0), 16);
}

/** out[rows][8] = table panels [rows / 6][depth][6] times b [depth][8]; rows are padded to tiles. */
function smallProduct(table: usize, b: usize, size: i32, out: usize): void {
  for (let r = 0; r < size; r += TILE_ROWS) {
    multiplyTile(table, b, size, out + <usize>r * WIDTH);
    table += (<usize>(size * TILE_ROWS)) << 2;
  }
}

/** Numbers of the table for one of the four products, and bytes of one of its results. */
function tableSize(size: i32): usize {
  return (<usize>(((size + TILE_ROWS - 1) / TILE_ROWS) * TILE_ROWS * size)) << 2;
}

function resultSize(size: i32): usize {
  return <usize>((size + TILE_ROWS - 1) / TILE_ROWS) * TILE_ROWS * WIDTH;
}

/** Folds x [N][8] into the four operands [q + 1][8], one after another at `folded`. */
function fold(x: usize, q: i32, folded: usize): void {
  const part = <usize>(q + 1) * WIDTH;
  const half = <usize>(2 * q) * WIDTH;
  for (let n = 0; n <= q; n++) {
    const at = <usize>n * WIDTH;
    const mirrored = n ? 2 * half - at : 0;
    for (let lane: usize = 0; lane < WIDTH; lane += 16) {
      const a = v128.load(x + at + lane);
      const b = v128.load(x + mirrored + lane);
      const c = v128.load(x + half - at + lane);
      const d = v128.load(x + half + at + lane);
      const even = f32x4.add(a, b);
      const odd = f32x4.sub(a, b);
      const evenHalf = f32x4.add(c, d);
      const oddHalf = f32x4.sub(c, d);
      const to = folded + at + lane;
      v128.store(to, f32x4.add(even, evenHalf));
      v128.store(to + part, f32x4.sub(odd, oddHalf));
      v128.store(to + 2 * part, f32x4.sub(even, evenHalf));
      v128.store(to + 3 * part, f32x4.add(odd, oddHalf));
    }
  }
}

/** The way back: x [N][8] from the four results, `part` bytes apart. */
function unfold(results: usize, part: usize, q: i32, x: usize): void {
  const half = <usize>(2 * q) * WIDTH;
  for (let n = 0; n <= q; n++) {
    const at = <usize>n * WIDTH;
    const mirrored = n ? 2 * half - at : 0;
    for (let lane: usize = 0; lane < WIDTH; lane += 16) {
      const from = results + at + lane;
      const cosEven = v128.load(from);
      const sinEven = v128.load(from + part);
      const cosOdd = v128.load(from + 2 * part);
      const sinOdd = v128.load(from + 3 * part);
      const cos = f32x4.add(cosEven, cosOdd);
      const sin = f32x4.add(sinEven, sinOdd);
      const cosHalf = f32x4.sub(cosEven, cosOdd);
      const sinHalf = f32x4.sub(sinEven, sinOdd);
      v128.store(x + mirrored + lane, f32x4.sub(cos, sin));
      v128.store(x + at + lane, f32x4.add(cos, sin));
      v128.store(x + half + at + lane, f32x4.add(cosHalf, sinHalf));
      v128.store(x + half - at + lane, f32x4.sub(cosHalf, sinHalf));
    }
  }
}

/**
 * Spectra of rows begin..end of x [steps][batch][channels]. Step t of a segment that begins at t0
 * is number (t - t0) mod N; outside the segment's window and the sequence there are zeros.
 *
 * @param tables the four products' tables: cosines of even frequencies, sines of even ones, then of odd ones
 * @param scratch room for 13 N + 256 numbers
 */
export function delayTransform(
  segments: Segments,
  x: usize,
  tables: usize,
  spectrum: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const q = segments.quarter;
  const size = q + 1;
  const period = 4 * q;
  const part = <usize>size * WIDTH;
  const folded = scratch + <usize>period * WIDTH;
  const result = folded + 4 * part;
  const line = (<usize>segments.lineStride) << 2;
  const step = (<usize>(segments.batch * segments.channels)) << 2;
  for (let row = begin; row < end; row++) {
    const t0 = (row % segments.count) * segments.stride;
    const first = max(0, t0 - segments.before);
    const last = min(segments.steps, t0 + segments.after);
    const from = x + ((<usize>((row / segments.count) * segments.channels)) << 2);
    const to = spectrum + <usize>(row * (2 * q + 1) * 2) * line;
    for (let c = 0; c < segments.channels; c += 8) {
      const lanes = segments.channels - c;
      memory.fill(scratch, 0, <usize>period * WIDTH);
      for (let t = first; t < last; t++) {
        const n = t < t0 ? t - t0 + period : t - t0;
        copyLanes(from + <usize>t * step + ((<usize>c) << 2), scratch + <usize>n * WIDTH, lanes);
      }
      fold(scratch, q, folded);
      for (let p = 0; p < 4; p++) {
        smallProduct(tables + <usize>p * tableSize(size), folded + <usize>p * part, size, result);
        // Products 0 and 1 are real and imaginary parts of even frequencies, 2 and 3 of odd ones.
        let out = to + <usize>((p & 2) + (p & 1)) * line + ((<usize>c) << 2);
        for (let j = 0; j < size - (p >> 1); j++) {
          v128.store(out, v128.load(result + <usize>j * WIDTH), 0);
          v128.store(out, v128.load(result + <usize>j * WIDTH, 16), 16);
          out += 4 * line;
        }
      }
    }
  }
}

/**
 * Steps 0 .. stride - 1 of each segment, back from the spectra of rows begin..end; arguments as in
 * `delayTransform`, x is written.
 */
export function delayInverse(
  segments: Segments,
  x: usize,
  tables: usize,
  spectrum: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const q = segments.quarter;
  const size = q + 1;
  const part = resultSize(size);
  const lines = scratch + <usize>(4 * q) * WIDTH;
  const results = lines + <usize>size * WIDTH;
  const line = (<usize>segments.lineStride) << 2;
  const step = (<usize>(segments.batch * segments.channels)) << 2;
  for (let row = begin; row < end; row++) {
    const t0 = (row % segments.count) * segments.stride;
    const last = min(segments.steps, t0 + segments.stride);
    const to = x + ((<usize>((row / segments.count) * segments.channels)) << 2);
    const from = spectrum + <usize>(row * (2 * q + 1) * 2) * line;
    for (let c = 0; c < segments.channels; c += 8) {
      for (let p = 0; p < 4; p++) {
        let at = from + <usize>((p & 2) + (p & 1)) * line + ((<usize>c) << 2);
        const count = size - (p >> 1);
        for (let j = 0; j < count; j++) {
          v128.store(lines + <usize>j * WIDTH, v128.load(at, 0), 0);
          v128.store(lines + <usize>j * WIDTH, v128.load(at, 16), 16);
          at += 4 * line;
        }
        if (count < size) memory.fill(lines + <usize>count * WIDTH, 0, WIDTH);
        smallProduct(tables + <usize>p * tableSize(size), lines, size, results + <usize>p * part);
      }
      unfold(results, part, q, scratch);
      storeSteps(scratch, to + <usize>t0 * step + ((<usize>c) << 2), last - t0, step, segments.channels - c);
    }
  }
}

/** Writes numbers 0 .. count - 1 of x [N][8] as steps, `lanes` channels of them. */
function storeSteps(x: usize, to: usize, count: i32, step: usize, lanes: i32): void {
  for (let n = 0; n < count; n++) {
    simd.storeAny(to, v128.load(x), lanes);
    if (lanes > 4) simd.storeAny(to + 16, v128.load(x, 16), lanes - 4);
    x += WIDTH;
    to += step;
  }
}
