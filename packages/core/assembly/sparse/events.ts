// Sparse weights times sparse spikes: for each event, the weights of its column are added to where they
// belong. What is zero on either side costs nothing; the price is one scattered addition a weight,
// or a vector of four where weights come in blocks along the outputs.
import { simd } from "../lib/simd";
import { Window } from "../lib/window";

/** The output pixel that input pixel (iy, ix) of a plane reaches through a place, or -1. */
function reached(g: Window, iy: i32, ix: i32, ky: i32, kx: i32): i32 {
  const y = iy + g.padding - ky;
  const x = ix + g.padding - kx;
  if (y < 0 || x < 0 || y % g.stride != 0 || x % g.stride != 0) return -1;
  if (y / g.stride >= g.outHeight || x / g.stride >= g.outWidth) return -1;
  return (y / g.stride) * g.outWidth + x / g.stride;
}

/** y[index[i]] += factor * value[i], or with blocks y[index[i] .. + 4) += factor * value[i .. + 4). */
function scatter(y: usize, index: usize, value: usize, count: i32, factor: f32, blocks: bool): void {
  const end = index + ((<usize>count) << 2);
  if (blocks) {
    const f = f32x4.splat(factor);
    for (; index < end; index += 16, value += 16) {
      const to = y + ((<usize>load<i32>(index)) << 2);
      v128.store(to, simd.madd(f, v128.load(value), v128.load(to)));
    }
    return;
  }
  for (; index < end; index += 4, value += 4) {
    const to = y + ((<usize>load<i32>(index)) << 2);
    store<f32>(to, load<f32>(to) + factor * load<f32>(value));
  }
}

/** sum[i] += factor * g[index[i]], or with blocks four at once. */
function collect(g: usize, index: usize, sum: usize, count: i32, factor: f32, blocks: bool): void {
  const end = index + ((<usize>count) << 2);
  if (blocks) {
    const f = f32x4.splat(factor);
    for (; index < end; index += 16, sum += 16) {
      const from = g + ((<usize>load<i32>(index)) << 2);
      v128.store(sum, simd.madd(f, v128.load(from), v128.load(sum)));
    }
    return;
  }
  for (; index < end; index += 4, sum += 4) {
    const from = g + ((<usize>load<i32>(index)) << 2);
    store<f32>(sum, load<f32>(sum) + factor * load<f32>(from));
  }
}

/**
 * Goes through the events of plane n and, for each and each place it reaches, through the weights of its column.
 *
 * @param y where the plane's output pixels stand: sums to add to, or gradients to read with `sums`
 * @param index i32 place * outputs + output, by column (channel, place)
 * @param numbers weights by column, or sums of gradients
 */
function visitEvents(
  g: Window,
  n: i32,
  lists: usize,
  events: usize,
  factors: usize,
  starts: usize,
  index: usize,
  numbers: usize,
  y: usize,
  outputs: i32,
  blocks: bool,
  backwards: bool,
): void {
  const places = g.kernelHeight * g.kernelWidth;
  for (let pixel = 0; pixel < g.inHeight * g.inWidth; pixel++) {
    const pair = lists + ((<usize>(n * g.inHeight * g.inWidth + pixel)) << 3);
    const first = load<i32>(pair);
    const count = load<i32>(pair, 4);
    if (count == 0) continue;
    const iy = pixel / g.inWidth;
    const ix = pixel % g.inWidth;
    for (let place = 0; place < places; place++) {
      const target = reached(g, iy, ix, place / g.kernelWidth, place % g.kernelWidth);
      if (target < 0) continue;
      const row = y + ((<usize>((target - place) * outputs)) << 2);
      for (let i = first; i < first + count; i++) {
        const channel = <i32>load<u16>(events + ((<usize>i) << 1));
        const factor: f32 = factors ? load<f32>(factors + ((<usize>i) << 2)) : 1;
        const range = starts + ((<usize>(channel * places + place)) << 2);
        const from = load<i32>(range);
        const at = (<usize>from) << 2;
        const length = load<i32>(range, 4) - from;
        if (backwards) collect(row, index + at, numbers + at, length, factor, blocks);
        else scatter(row, index + at, numbers + at, length, factor, blocks);
      }
    }
  }
}

/** y = bias + events times weights, planes begin..end. Arguments as in `visitEvents`. */
export function scatterEvents(
  window: Window,
  lists: usize,
  events: usize,
  factors: usize,
  starts: usize,
  index: usize,
  values: usize,
  bias: usize,
  y: usize,
  outputs: i32,
  blocks: i32,
  begin: i32,
  end: i32,
): void {
  const pixels = window.outHeight * window.outWidth;
  const bytes = (<usize>outputs) << 2;
  for (let n = begin; n < end; n++) {
    const plane = y + <usize>(n * pixels) * bytes;
    if (bias)
      for (let pixel = 0; pixel < pixels; pixel++) memory.copy(plane + <usize>pixel * bytes, bias, bytes);
    else memory.fill(plane, 0, <usize>pixels * bytes);
    visitEvents(window, n, lists, events, factors, starts, index, values, plane, outputs, blocks != 0, false);
  }
}

/** partials[unit, i] = the share of planes unit * `planes` on in the gradient of number i, by column; units begin..end. */
export function collectEvents(
  window: Window,
  lists: usize,
  events: usize,
  factors: usize,
  starts: usize,
  index: usize,
  gy: usize,
  partials: usize,
  outputs: i32,
  blocks: i32,
  count: i32,
  planes: i32,
  total: i32,
  begin: i32,
  end: i32,
): void {
  const bytes = (<usize>(window.outHeight * window.outWidth * outputs)) << 2;
  for (let unit = begin; unit < end; unit++) {
    const sums = partials + ((<usize>(unit * count)) << 2);
    memory.fill(sums, 0, (<usize>count) << 2);
    for (let n = unit * planes; n < min(total, (unit + 1) * planes); n++) {
      const gradients = gy + <usize>n * bytes;
      visitEvents(
        window,
        n,
        lists,
        events,
        factors,
        starts,
        index,
        sums,
        gradients,
        outputs,
        blocks != 0,
        true,
      );
    }
  }
}
