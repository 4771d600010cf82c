// Event lists: which values of a matrix [rows, cols] are not zero. `lists` holds a pair of i32
// (start, count) for each row; the u16 column numbers stand in `index` from `start` on, ascending.

/** For each byte, the numbers of its set bits, as eight u16 (the rest zero). */
const BITS: usize = memory.data(256 * 16, 16);

for (let byte = 0; byte < 256; byte++) {
  let to = BITS + ((<usize>byte) << 4);
  for (let bit = 0; bit < 8; bit++) {
    if (!((byte >> bit) & 1)) continue;
    store<u16>(to, <u16>bit);
    to += 2;
  }
}

/** Writes column numbers of a mask of eight columns from j on, always eight of them; returns the new end. */
function appendByte(mask: i32, j: i32, index: usize, at: i32): i32 {
  const columns = i16x8.add(v128.load(BITS + ((<usize>mask) << 4)), i16x8.splat(<i16>j));
  v128.store(index + ((<usize>at) << 1), columns);
  return at + popcnt(mask);
}

/** The same without writing beyond the last one. */
function appendBits(mask: i32, j: i32, index: usize, at: i32): i32 {
  for (; mask; mask &= mask - 1) {
    store<u16>(index + ((<usize>at) << 1), <u16>(j + ctz(mask)));
    at++;
  }
  return at;
}

/**
 * Lists the events of rows begin..end; row r's stand somewhere in index[begin cols .. end cols).
 * Sets flags[begin / grain] to 1 when some event is not exactly one, else 0.
 */
export function listEvents(
  x: usize,
  cols: i32,
  lists: usize,
  index: usize,
  flags: usize,
  grain: i32,
  begin: i32,
  end: i32,
): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  // Whole bytes may be written as long as 16 numbers still fit into this chunk's part of `index`.
  const roomy = end * cols - 16;
  let at = begin * cols;
  let other = zero;
  for (let r = begin; r < end; r++) {
    const row = x + ((<usize>(r * cols)) << 2);
    const start = at;
    let j = 0;
    for (; j + 16 <= cols; j += 16) {
      const here = row + ((<usize>j) << 2);
      const v0 = v128.load(here, 0);
      const v1 = v128.load(here, 16);
      const v2 = v128.load(here, 32);
      const v3 = v128.load(here, 48);
      // Mostly all bits are 0; those of -0 are not.
      if (!v128.any_true(v128.or(v128.or(v0, v1), v128.or(v2, v3)))) continue;
      const n0 = f32x4.ne(v0, zero);
      const n1 = f32x4.ne(v1, zero);
      const n2 = f32x4.ne(v2, zero);
      const n3 = f32x4.ne(v3, zero);
      const o01 = v128.or(v128.and(n0, f32x4.ne(v0, one)), v128.and(n1, f32x4.ne(v1, one)));
      const o23 = v128.or(v128.and(n2, f32x4.ne(v2, one)), v128.and(n3, f32x4.ne(v3, one)));
      other = v128.or(other, v128.or(o01, o23));
      const low = i32x4.bitmask(n0) | (i32x4.bitmask(n1) << 4);
      const high = i32x4.bitmask(n2) | (i32x4.bitmask(n3) << 4);
      if (at <= roomy) {
        at = appendByte(low, j, index, at);
        at = appendByte(high, j + 8, index, at);
      } else {
        at = appendBits(low | (high << 8), j, index, at);
      }
    }
    for (; j < cols; j++) {
      const value = load<f32>(row + ((<usize>j) << 2));
      if (value == 0) continue;
      store<u16>(index + ((<usize>at) << 1), <u16>j);
      at++;
      if (value != 1) other = one;
    }
    store<i32>(lists + ((<usize>r) << 3), start);
    store<i32>(lists + ((<usize>r) << 3), at - start, 4);
  }
  store<i32>(flags + ((<usize>(begin / grain)) << 2), i32(v128.any_true(other)));
}

/** Sum of the counts of rows begin..end, to partials[begin / grain], as float64. */
export function sumCounts(lists: usize, partials: usize, grain: i32, begin: i32, end: i32): void {
  let sum = 0;
  for (let r = begin; r < end; r++) sum += load<i32>(lists + ((<usize>r) << 3), 4);
  store<f64>(partials + ((<usize>(begin / grain)) << 3), <f64>sum);
}

/** values[i] = x at event i, for rows begin..end. */
export function listValues(
  x: usize,
  cols: i32,
  lists: usize,
  index: usize,
  values: usize,
  begin: i32,
  end: i32,
): void {
  for (let r = begin; r < end; r++) {
    const row = x + ((<usize>(r * cols)) << 2);
    const start = load<i32>(lists + ((<usize>r) << 3));
    const stop = start + load<i32>(lists + ((<usize>r) << 3), 4);
    for (let i = start; i < stop; i++) {
      const column = <usize>load<u16>(index + ((<usize>i) << 1));
      store<f32>(values + ((<usize>i) << 2), load<f32>(row + (column << 2)));
    }
  }
}

/**
 * Lists the same events by column (or quad), for chunks begin..end of `chunkRows` rows: column j of
 * chunk c gets the pair (start, count) at tLists[c columns + j], and the row numbers within the
 * chunk at tIndex from start on, ascending; `tValues` (or 0) gets the values of x.
 *
 * @param cols the most events that a row can have
 */
export function transposeEvents(
  x: usize,
  rows: i32,
  cols: i32,
  columns: i32,
  lists: usize,
  index: usize,
  chunkRows: i32,
  tLists: usize,
  tIndex: usize,
  tValues: usize,
  begin: i32,
  end: i32,
): void {
  for (let chunk = begin; chunk < end; chunk++) {
    const r0 = chunk * chunkRows;
    const r1 = min(rows, r0 + chunkRows);
    const pairs = tLists + ((<usize>(chunk * columns)) << 3);
    countColumns(lists, index, r0, r1, pairs, columns);
    startColumns(pairs, columns, r0 * cols);
    // Backwards, so that each column's start, which begins as its end, has the right value at last.
    for (let r = r1 - 1; r >= r0; r--) {
      const row = x + ((<usize>(r * cols)) << 2);
      const start = load<i32>(lists + ((<usize>r) << 3));
      const stop = start + load<i32>(lists + ((<usize>r) << 3), 4);
      for (let i = start; i < stop; i++) {
        const column = <usize>load<u16>(index + ((<usize>i) << 1));
        const pair = pairs + (column << 3);
        const at = load<i32>(pair) - 1;
        store<i32>(pair, at);
        store<u16>(tIndex + ((<usize>at) << 1), <u16>(r - r0));
        if (tValues) store<f32>(tValues + ((<usize>at) << 2), load<f32>(row + (column << 2)));
      }
    }
  }
}

/** Counts the events of each column in rows r0..r1. */
function countColumns(lists: usize, index: usize, r0: i32, r1: i32, pairs: usize, columns: i32): void {
  memory.fill(pairs, 0, (<usize>columns) << 3);
  for (let r = r0; r < r1; r++) {
    let at = index + ((<usize>load<i32>(lists + ((<usize>r) << 3))) << 1);
    const end = at + ((<usize>load<i32>(lists + ((<usize>r) << 3), 4)) << 1);
    for (; at < end; at += 2) {
      const pair = pairs + ((<usize>load<u16>(at)) << 3);
      store<i32>(pair, load<i32>(pair, 4) + 1, 4);
    }
  }
}

/** Sets each column's start to where its events end; they stand one column after another from `at` on. */
function startColumns(pairs: usize, columns: i32, at: i32): void {
  for (let j = 0; j < columns; j++) {
    const pair = pairs + ((<usize>j) << 3);
    at += load<i32>(pair, 4);
    store<i32>(pair, at);
  }
}
