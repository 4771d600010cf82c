// Quads: events of four neighbouring columns at once, where every event is exactly one. The number
// 16 q + v says that of the columns 4 q .. 4 q + 3 those whose bits are set in v have events. What
// gathering adds up for it is the row 16 q + v of panels expanded once: the sum of those columns' rows.
import { PANEL, panelWidth } from "../lib/gather";
import { simd } from "../lib/simd";

/** Numbers that a group of four columns takes; the first, no event at all, is never listed. */
const SYMBOLS: i32 = 16;

/**
 * Lists rows begin..end like `listEvents`, as quads; row r's stand somewhere in
 * index[begin groups .. end groups). partials[begin / grain] = number of events, or NaN when some
 * value is neither zero nor one.
 */
export function listQuads(
  x: usize,
  cols: i32,
  lists: usize,
  index: usize,
  partials: usize,
  grain: i32,
  begin: i32,
  end: i32,
): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  const whole = cols >> 2;
  let at = begin * ((cols + 3) >> 2);
  let from = x + ((<usize>(begin * cols)) << 2);
  let count = zero;
  let known = f32x4.eq(zero, zero);
  for (let r = begin; r < end; r++) {
    const start = at;
    for (let q = 0; q < whole; q++) {
      const values = v128.load(from);
      const fired = f32x4.eq(values, one);
      known = v128.and(known, v128.or(fired, f32x4.eq(values, zero)));
      count = i32x4.sub(count, fired);
      const nibble = i32x4.bitmask(fired);
      store<u16>(index + ((<usize>at) << 1), <u16>(q * SYMBOLS + nibble));
      at += i32(nibble != 0);
      from += 16;
    }
    if (cols & 3) {
      const values = simd.load<f32>(from, cols & 3);
      const fired = f32x4.eq(values, one);
      known = v128.and(known, v128.or(fired, f32x4.eq(values, zero)));
      count = i32x4.sub(count, fired);
      const nibble = i32x4.bitmask(fired);
      store<u16>(index + ((<usize>at) << 1), <u16>(whole * SYMBOLS + nibble));
      at += i32(nibble != 0);
      from += (<usize>(cols & 3)) << 2;
    }
    store<i32>(lists + ((<usize>r) << 3), start);
    store<i32>(lists + ((<usize>r) << 3), at - start, 4);
  }
  const sum =
    i32x4.extract_lane(count, 0) +
    i32x4.extract_lane(count, 1) +
    i32x4.extract_lane(count, 2) +
    i32x4.extract_lane(count, 3);
  store<f64>(partials + ((<usize>(begin / grain)) << 3), i32x4.all_true(known) ? <f64>sum : NaN);
}

/**
 * Gathering panels for quads from those for columns, out[16 q + v] = sum over the bits b of v of
 * panels[4 q + b]; units begin..end are groups q, those of one place of a kernel after another.
 *
 * @param channels columns a place: a place's last group may have fewer than four
 */
export function expandPanels(
  panels: usize,
  out: usize,
  places: i32,
  channels: i32,
  N: i32,
  begin: i32,
  end: i32,
): void {
  const groups = (channels + 3) >> 2;
  for (let unit = begin; unit < end; unit++) {
    const k = (unit / groups) * channels + ((unit % groups) << 2);
    const count = min(4, channels - ((unit % groups) << 2));
    for (let n = 0; n < N; n += PANEL) {
      const width = panelWidth(n, N);
      const bytes = (<usize>width) << 2;
      const from = panels + ((<usize>(n * places * channels + k * width)) << 2);
      const to = out + ((<usize>((n * places * groups + unit * width) * SYMBOLS)) << 2);
      memory.fill(to, 0, bytes);
      for (let v = 1; v < SYMBOLS; v++) {
        const bit = ctz(v);
        const rest = to + <usize>(v & (v - 1)) * bytes;
        if (bit < count) addRow(rest, from + <usize>bit * bytes, to + <usize>v * bytes, bytes);
        else memory.copy(to + <usize>v * bytes, rest, bytes);
      }
    }
  }
}

function addRow(a: usize, b: usize, out: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
}

/**
 * The way back for sums by quad: out[4 q + b] = sum over the v with bit b of sums[16 q + v]; units
 * as in `expandPanels`.
 */
export function foldPanels(
  sums: usize,
  out: usize,
  places: i32,
  channels: i32,
  N: i32,
  begin: i32,
  end: i32,
): void {
  const groups = (channels + 3) >> 2;
  for (let unit = begin; unit < end; unit++) {
    const k = (unit / groups) * channels + ((unit % groups) << 2);
    const count = min(4, channels - ((unit % groups) << 2));
    for (let n = 0; n < N; n += PANEL) {
      const width = panelWidth(n, N);
      const bytes = (<usize>width) << 2;
      const from = sums + ((<usize>((n * places * groups + unit * width) * SYMBOLS)) << 2);
      const to = out + ((<usize>(n * places * channels + k * width)) << 2);
      for (let bit = 0; bit < count; bit++) {
        const row = to + <usize>bit * bytes;
        memory.fill(row, 0, bytes);
        for (let v = 1; v < SYMBOLS; v++) {
          if ((v >> bit) & 1) addRow(row, from + <usize>v * bytes, row, bytes);
        }
      }
    }
  }
}
