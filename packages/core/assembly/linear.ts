// Products of event lists with panels: linear layers forward and weight gradients.
import { gather, PANEL, panelWidth } from "./lib/gather";
import { simd } from "./lib/simd";
import { dot, inside, Support } from "./lib/support";

/**
 * y[r, n] = bias[n] + sum over the events of row r of value * W[index, n], rows begin..end.
 *
 * @param values 0 when all events are one
 * @param panels W (K x N) in gathering panels
 * @param bias N numbers, followed by zeros to a multiple of 32
 * @param scratch room for 32 numbers
 */
export function gatherRows(
  lists: usize,
  index: usize,
  values: usize,
  panels: usize,
  bias: usize,
  y: usize,
  K: i32,
  N: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  for (let n = 0; n < N; n += PANEL) {
    const width = panelWidth(n, N);
    const valid = min(width, N - n);
    const panel = panels + ((<usize>(n * K)) << 2);
    const from = bias + ((<usize>n) << 2);
    for (let r = begin; r < end; r++) {
      const first = <usize>load<i32>(lists + ((<usize>r) << 3));
      const count = load<i32>(lists + ((<usize>r) << 3), 4);
      const to = y + ((<usize>(r * N + n)) << 2);
      const out = valid == width ? to : scratch;
      gather(width, panel, index + (first << 1), values ? values + (first << 2) : 0, count, from, out);
      if (out == scratch) memory.copy(to, scratch, (<usize>valid) << 2);
    }
  }
}

/**
 * out[k, n] = sum over the events of column k of value * G[row, n], as gathering panels (K x N).
 * Unit u of begin..end is block u mod `blocks` of `blockRows` columns k, in panel u / blocks.
 *
 * @param gPanels G (rows x N) in gathering panels
 */
export function gatherColumns(
  tLists: usize,
  tIndex: usize,
  tValues: usize,
  gPanels: usize,
  out: usize,
  rows: i32,
  K: i32,
  N: i32,
  chunkRows: i32,
  blocks: i32,
  blockRows: i32,
  begin: i32,
  end: i32,
): void {
  for (let unit = begin; unit < end; unit++) {
    const n = (unit / blocks) * PANEL;
    const k0 = (unit % blocks) * blockRows;
    const k1 = min(K, k0 + blockRows);
    const width = panelWidth(n, N);
    const panel = gPanels + ((<usize>(n * rows)) << 2);
    const target = out + ((<usize>(n * K)) << 2);
    memory.fill(target + ((<usize>(k0 * width)) << 2), 0, (<usize>((k1 - k0) * width)) << 2);
    for (let r0 = 0, chunk = 0; r0 < rows; r0 += chunkRows, chunk++) {
      const rowsHere = panel + ((<usize>(r0 * width)) << 2);
      for (let k = k0; k < k1; k++) {
        const pair = tLists + ((<usize>(chunk * K + k)) << 3);
        const first = <usize>load<i32>(pair);
        const count = load<i32>(pair, 4);
        const value = tValues ? tValues + (first << 2) : 0;
        const to = target + ((<usize>(k * width)) << 2);
        if (count) gather(width, rowsHere, tIndex + (first << 1), value, count, to, to);
      }
    }
  }
}

/** gx[r, i] = sum_o gy[r, o] weight[i, o] inside the support of f[r, i], else 0; rows begin..end. */
export function sampleLinear(
  support: Support,
  f: usize,
  gy: usize,
  weight: usize,
  gx: usize,
  inputs: i32,
  outputs: i32,
  begin: i32,
  end: i32,
): void {
  for (let r = begin; r < end; r++) {
    const row = gy + ((<usize>(r * outputs)) << 2);
    for (let i = 0; i < inputs; i += 4) {
      const at = (<usize>(r * inputs + i)) << 2;
      const lanes = inputs - i;
      simd.storeAny(gx + at, f32x4.splat(0), lanes);
      for (let bits = inside(support, f + at, lanes); bits; bits &= bits - 1) {
        const j = ctz(bits);
        const value = dot(row, weight + ((<usize>((i + j) * outputs)) << 2), outputs);
        store<f32>(gx + at + ((<usize>j) << 2), value);
      }
    }
  }
}
