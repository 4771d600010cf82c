// Event-driven convolution. Rows of the event lists are input pixels, columns are channels; images
// are channels last. A patch's list has the columns (ky, kx, c) of the matrix product that a
// convolution is.
import { ChannelFrame } from "./frame";
import { gather, PANEL, panelWidth } from "./gather";

/** Output pixels whose lists are built before the panels are walked. */
const BLOCK: i32 = 16;

/**
 * y[p, n] = bias[n] + sum over the events of the patch of output pixel p, p in begin..end.
 *
 * @param bias N numbers, followed by zeros to a multiple of 32
 * @param scratch room for 32 numbers, 17 list ends, and 16 patches of u16 columns and f32 values
 */
export function gatherPatches(
  lists: usize,
  index: usize,
  values: usize,
  geometry: usize,
  panels: usize,
  bias: usize,
  y: usize,
  N: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<ChannelFrame>(geometry);
  const K = g.kernelHeight * g.kernelWidth * g.channels;
  const ends = scratch + 128;
  const columns = ends + 128;
  const weights = values ? columns + ((((<usize>(BLOCK * K)) << 1) + 15) & ~15) : 0;
  for (let p0 = begin; p0 < end; p0 += BLOCK) {
    const p1 = min(end, p0 + BLOCK);
    let at = 0;
    store<i32>(ends, 0);
    for (let p = p0; p < p1; p++) {
      at = listPatch(g, lists, index, values, p, columns, weights, at);
      store<i32>(ends + ((<usize>(p - p0 + 1)) << 2), at);
    }
    for (let n = 0; n < N; n += PANEL) {
      const width = panelWidth(n, N);
      const valid = min(width, N - n);
      const panel = panels + ((<usize>(n * K)) << 2);
      for (let p = p0; p < p1; p++) {
        const first = load<i32>(ends + ((<usize>(p - p0)) << 2));
        const count = load<i32>(ends + ((<usize>(p - p0)) << 2), 4) - first;
        const to = y + ((<usize>(p * N + n)) << 2);
        const out = valid == width ? to : scratch;
        const value = weights ? weights + ((<usize>first) << 2) : 0;
        gather(width, panel, columns + ((<usize>first) << 1), value, count, bias + ((<usize>n) << 2), out);
        if (out == scratch) memory.copy(to, scratch, (<usize>valid) << 2);
      }
    }
  }
}

/** Appends the events under output pixel p as columns (ky, kx, c); returns the new end. */
function listPatch(
  g: ChannelFrame,
  lists: usize,
  index: usize,
  values: usize,
  p: i32,
  columns: usize,
  weights: usize,
  at: i32,
): i32 {
  const ox = p % g.outWidth;
  const rest = p / g.outWidth;
  const oy = rest % g.outHeight;
  const plane = rest / g.outHeight;
  const y0 = oy * g.stride - g.padding;
  const x0 = ox * g.stride - g.padding;
  const kxBegin = max(0, -x0);
  const kxEnd = min(g.kernelWidth, g.inWidth - x0);
  const kyEnd = min(g.kernelHeight, g.inHeight - y0);
  const channels = g.channels;
  for (let ky = max(0, -y0); ky < kyEnd; ky++) {
    let pixel = lists + ((<usize>((plane * g.inHeight + y0 + ky) * g.inWidth + x0 + kxBegin)) << 3);
    let base = (ky * g.kernelWidth + kxBegin) * channels;
    for (let kx = kxBegin; kx < kxEnd; kx++) {
      const first = load<i32>(pixel);
      const stop = first + load<i32>(pixel, 4);
      for (let i = first; i < stop; i++) {
        store<u16>(columns + ((<usize>at) << 1), <u16>(base + load<u16>(index + ((<usize>i) << 1))));
        if (values) store<f32>(weights + ((<usize>at) << 2), load<f32>(values + ((<usize>i) << 2)));
        at++;
      }
      pixel += 8;
      base += channels;
    }
  }
  return at;
}

/** No output pixel: the input pixel does not reach one through this place of the kernel. */
const NONE: u16 = 0xffff;

/**
 * map[place][pixel] = output pixel that input pixel contributes to through a place of the kernel,
 * or NONE, for all pixels of a chunk of `planes` images; places begin..end.
 */
export function mapPatches(geometry: usize, planes: i32, map: usize, begin: i32, end: i32): void {
  const g = changetype<ChannelFrame>(geometry);
  for (let place = begin; place < end; place++) {
    let to = map + ((<usize>(place * planes * g.inHeight * g.inWidth)) << 1);
    for (let plane = 0; plane < planes; plane++) {
      for (let iy = 0; iy < g.inHeight; iy++) {
        for (let ix = 0; ix < g.inWidth; ix++) {
          const y = iy + g.padding - place / g.kernelWidth;
          const x = ix + g.padding - (place % g.kernelWidth);
          const oy = y / g.stride;
          const ox = x / g.stride;
          const whole = y >= 0 && x >= 0 && oy * g.stride == y && ox * g.stride == x;
          const hit = whole && oy < g.outHeight && ox < g.outWidth;
          store<u16>(to, hit ? <u16>((plane * g.outHeight + oy) * g.outWidth + ox) : NONE);
          to += 2;
        }
      }
    }
  }
}

/**
 * out[(place, c), n] = sum over the events of channel c of value * G[output pixel, n], as
 * gathering panels; rows (place, c) begin..end.
 *
 * @param tLists events by channel in chunks of `chunkPlanes` images
 * @param gPanels G (output pixels x N) in gathering panels
 * @param scratch room for a chunk of u16 pixels and f32 values
 */
export function gatherPatchColumns(
  tLists: usize,
  tIndex: usize,
  tValues: usize,
  geometry: usize,
  map: usize,
  gPanels: usize,
  out: usize,
  planes: i32,
  chunkPlanes: i32,
  N: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<ChannelFrame>(geometry);
  const inPixels = g.inHeight * g.inWidth;
  const outPixels = g.outHeight * g.outWidth;
  const K = g.kernelHeight * g.kernelWidth * g.channels;
  const weights = tValues ? scratch + ((((<usize>(chunkPlanes * inPixels)) << 1) + 15) & ~15) : 0;
  for (let plane = 0, chunk = 0; plane < planes; plane += chunkPlanes, chunk++) {
    for (let k = begin; k < end; k++) {
      const places = map + ((<usize>((k / g.channels) * chunkPlanes * inPixels)) << 1);
      const pair = tLists + ((<usize>(chunk * g.channels + (k % g.channels))) << 3);
      const count = mapEvents(load<i32>(pair), load<i32>(pair, 4), tIndex, tValues, places, scratch, weights);
      for (let n = 0; n < N; n += PANEL) {
        const width = panelWidth(n, N);
        const to = out + ((<usize>(n * K + k * width)) << 2);
        if (chunk == 0) memory.fill(to, 0, (<usize>width) << 2);
        const rows = gPanels + ((<usize>(n * planes * outPixels + plane * outPixels * width)) << 2);
        if (count) gather(width, rows, scratch, weights, count, to, to);
      }
    }
  }
}

/** Writes the output pixels (and values) of the events that reach one; returns how many. */
function mapEvents(
  first: i32,
  count: i32,
  tIndex: usize,
  tValues: usize,
  places: usize,
  pixels: usize,
  weights: usize,
): i32 {
  let at = 0;
  for (let i = first; i < first + count; i++) {
    const pixel = load<u16>(places + ((<usize>load<u16>(tIndex + ((<usize>i) << 1))) << 1));
    store<u16>(pixels + ((<usize>at) << 1), pixel);
    if (tValues) store<f32>(weights + ((<usize>at) << 2), load<f32>(tValues + ((<usize>i) << 2)));
    at += i32(pixel != NONE);
  }
  return at;
}
