// The inner loops of event-driven products. Rows of a panel are added up for the events of a list:
// what a dense product spends on zeros is never spent. An event is a u16 index, and a float32 value
// unless all values are one.
//
// Each loop is an exported function of its own, with at most eight accumulators: with more live
// values, or two loops over the same accumulators, V8 keeps one of them in memory, at twice the time.
import { simd } from "./simd";

/** out[0..32) = from[0..32) + sum over events of panel[index][32]. */
export function gather32(panel: usize, index: usize, count: i32, from: usize, out: usize): void {
  let a0 = v128.load(from, 0);
  let a1 = v128.load(from, 16);
  let a2 = v128.load(from, 32);
  let a3 = v128.load(from, 48);
  let a4 = v128.load(from, 64);
  let a5 = v128.load(from, 80);
  let a6 = v128.load(from, 96);
  let a7 = v128.load(from, 112);
  const end = index + ((<usize>count) << 1);
  while (index < end) {
    const row = panel + ((<usize>load<u16>(index)) << 7);
    a0 = f32x4.add(a0, v128.load(row, 0));
    a1 = f32x4.add(a1, v128.load(row, 16));
    a2 = f32x4.add(a2, v128.load(row, 32));
    a3 = f32x4.add(a3, v128.load(row, 48));
    a4 = f32x4.add(a4, v128.load(row, 64));
    a5 = f32x4.add(a5, v128.load(row, 80));
    a6 = f32x4.add(a6, v128.load(row, 96));
    a7 = f32x4.add(a7, v128.load(row, 112));
    index += 2;
  }
  v128.store(out, a0, 0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
  v128.store(out, a4, 64);
  v128.store(out, a5, 80);
  v128.store(out, a6, 96);
  v128.store(out, a7, 112);
}

/** out[0..16) = from[0..16) + sum over events of panel[index][16]. */
export function gather16(panel: usize, index: usize, count: i32, from: usize, out: usize): void {
  let a0 = v128.load(from, 0);
  let a1 = v128.load(from, 16);
  let a2 = v128.load(from, 32);
  let a3 = v128.load(from, 48);
  const end = index + ((<usize>count) << 1);
  while (index < end) {
    const row = panel + ((<usize>load<u16>(index)) << 6);
    a0 = f32x4.add(a0, v128.load(row, 0));
    a1 = f32x4.add(a1, v128.load(row, 16));
    a2 = f32x4.add(a2, v128.load(row, 32));
    a3 = f32x4.add(a3, v128.load(row, 48));
    index += 2;
  }
  v128.store(out, a0, 0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
}

/** out[0..4) = from[0..4) + sum over events of panel[index][4]. */
export function gather4(panel: usize, index: usize, count: i32, from: usize, out: usize): void {
  let sum = v128.load(from);
  const end = index + ((<usize>count) << 1);
  while (index < end) {
    sum = f32x4.add(sum, v128.load(panel + ((<usize>load<u16>(index)) << 4)));
    index += 2;
  }
  v128.store(out, sum);
}

/** out[0..16) = from[0..16) + sum over events of value * panel[index][16], rows `1 << shift` bytes apart. */
export function gatherValues16(
  panel: usize,
  shift: i32,
  index: usize,
  value: usize,
  count: i32,
  from: usize,
  out: usize,
): void {
  let a0 = v128.load(from, 0);
  let a1 = v128.load(from, 16);
  let a2 = v128.load(from, 32);
  let a3 = v128.load(from, 48);
  const end = index + ((<usize>count) << 1);
  while (index < end) {
    const row = panel + ((<usize>load<u16>(index)) << shift);
    const v = v128.load32_splat(value);
    a0 = simd.madd(v, v128.load(row, 0), a0);
    a1 = simd.madd(v, v128.load(row, 16), a1);
    a2 = simd.madd(v, v128.load(row, 32), a2);
    a3 = simd.madd(v, v128.load(row, 48), a3);
    index += 2;
    value += 4;
  }
  v128.store(out, a0, 0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
}

/** The same for 4 columns. */
export function gatherValues4(
  panel: usize,
  index: usize,
  value: usize,
  count: i32,
  from: usize,
  out: usize,
): void {
  let sum = v128.load(from);
  const end = index + ((<usize>count) << 1);
  while (index < end) {
    const row = v128.load(panel + ((<usize>load<u16>(index)) << 4));
    sum = simd.madd(v128.load32_splat(value), row, sum);
    index += 2;
    value += 4;
  }
  v128.store(out, sum);
}

/**
 * out[0..width) = from[0..width) + sum over events of value * panel[index][width].
 * @param width 32, 16 or 4
 * @param value 0 when all values are one
 */
export function gather(
  width: i32,
  panel: usize,
  index: usize,
  value: usize,
  count: i32,
  from: usize,
  out: usize,
): void {
  if (value == 0) {
    if (width == 32) gather32(panel, index, count, from, out);
    else if (width == 16) gather16(panel, index, count, from, out);
    else gather4(panel, index, count, from, out);
  } else if (width == 32) {
    gatherValues16(panel, 7, index, value, count, from, out);
    gatherValues16(panel + 64, 7, index, value, count, from + 64, out + 64);
  } else if (width == 16) {
    gatherValues16(panel, 6, index, value, count, from, out);
  } else {
    gatherValues4(panel, index, value, count, from, out);
  }
}

/** Columns from one panel to the next. */
export const PANEL: i32 = 32;

/** Width of the panel that begins at column n of N: 32, or 16 or 4 where the rest fits. */
export function panelWidth(n: i32, N: i32): i32 {
  const left = N - n;
  return left > 16 ? 32 : left > 4 ? 16 : 4;
}
