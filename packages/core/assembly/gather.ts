// Event-driven products. Rows of a panel are added up for the events of a list: what a dense
// product spends on zeros is never spent. An event is a u16 index, and a float32 value unless
// all values are one.
import { simd } from "./simd";

/** out[0..32) = from[0..32) + sum over events of value * panel[index][32]; eight accumulators. */
export function gather32(
  panel: usize,
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
  let a4 = v128.load(from, 64);
  let a5 = v128.load(from, 80);
  let a6 = v128.load(from, 96);
  let a7 = v128.load(from, 112);
  const end = index + ((<usize>count) << 1);
  if (value) {
    for (; index < end; index += 2) {
      const row = panel + ((<usize>load<u16>(index)) << 7);
      const v = v128.load32_splat(value);
      a0 = simd.madd(v, v128.load(row, 0), a0);
      a1 = simd.madd(v, v128.load(row, 16), a1);
      a2 = simd.madd(v, v128.load(row, 32), a2);
      a3 = simd.madd(v, v128.load(row, 48), a3);
      a4 = simd.madd(v, v128.load(row, 64), a4);
      a5 = simd.madd(v, v128.load(row, 80), a5);
      a6 = simd.madd(v, v128.load(row, 96), a6);
      a7 = simd.madd(v, v128.load(row, 112), a7);
      value += 4;
    }
  } else {
    for (; index < end; index += 2) {
      const row = panel + ((<usize>load<u16>(index)) << 7);
      a0 = f32x4.add(a0, v128.load(row, 0));
      a1 = f32x4.add(a1, v128.load(row, 16));
      a2 = f32x4.add(a2, v128.load(row, 32));
      a3 = f32x4.add(a3, v128.load(row, 48));
      a4 = f32x4.add(a4, v128.load(row, 64));
      a5 = f32x4.add(a5, v128.load(row, 80));
      a6 = f32x4.add(a6, v128.load(row, 96));
      a7 = f32x4.add(a7, v128.load(row, 112));
    }
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

/** The same for 16 columns. */
export function gather16(
  panel: usize,
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
  for (; index < end; index += 2) {
    const row = panel + ((<usize>load<u16>(index)) << 6);
    let v = f32x4.splat(1);
    if (value) {
      v = v128.load32_splat(value);
      value += 4;
    }
    a0 = simd.madd(v, v128.load(row, 0), a0);
    a1 = simd.madd(v, v128.load(row, 16), a1);
    a2 = simd.madd(v, v128.load(row, 32), a2);
    a3 = simd.madd(v, v128.load(row, 48), a3);
  }
  v128.store(out, a0, 0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
}

/** The same for 4 columns. */
export function gather4(panel: usize, index: usize, value: usize, count: i32, from: usize, out: usize): void {
  let sum = v128.load(from);
  const end = index + ((<usize>count) << 1);
  for (; index < end; index += 2) {
    let v = f32x4.splat(1);
    if (value) {
      v = v128.load32_splat(value);
      value += 4;
    }
    sum = simd.madd(v, v128.load(panel + ((<usize>load<u16>(index)) << 4)), sum);
  }
  v128.store(out, sum);
}

/** out[0..width) = from[0..width) + sum over events of value * panel[index][width]; width is 32, 16 or 4. */
export function gather(
  width: i32,
  panel: usize,
  index: usize,
  value: usize,
  count: i32,
  from: usize,
  out: usize,
): void {
  if (width == 32) gather32(panel, index, value, count, from, out);
  else if (width == 16) gather16(panel, index, value, count, from, out);
  else gather4(panel, index, value, count, from, out);
}

/** Columns from one panel to the next. */
export const PANEL: i32 = 32;

/** Width of the panel that begins at column n of N: 32, or 16 or 4 where the rest fits. */
export function panelWidth(n: i32, N: i32): i32 {
  const left = N - n;
  return left > 16 ? 32 : left > 4 ? 16 : 4;
}
