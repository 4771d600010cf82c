// Event-driven convolution. Rows of the event lists are input pixels, columns are channels; images
// are channels last. A patch's list has the columns (ky, kx, c) of the matrix product that a
// convolution is.
//
// Input gradients behind a surrogate of compact support: see lib/support.ts.
import { gather, PANEL, panelWidth } from "./lib/gather";
import { simd } from "./lib/simd";
import { dot, inside, Support } from "./lib/support";
import { Window } from "./lib/window";

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
  window: Window,
  panels: usize,
  bias: usize,
  y: usize,
  N: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const K = window.kernelHeight * window.kernelWidth * window.channels;
  const ends = scratch + 128;
  const columns = ends + 128;
  const weights = values ? columns + ((((<usize>(BLOCK * K)) << 1) + 15) & ~15) : 0;
  for (let p0 = begin; p0 < end; p0 += BLOCK) {
    const p1 = min(end, p0 + BLOCK);
    let at = 0;
    store<i32>(ends, 0);
    for (let p = p0; p < p1; p++) {
      at = listPatch(window, lists, index, values, p, columns, weights, at);
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
  window: Window,
  lists: usize,
  index: usize,
  values: usize,
  p: i32,
  columns: usize,
  weights: usize,
  at: i32,
): i32 {
  const ox = p % window.outWidth;
  const rest = p / window.outWidth;
  const oy = rest % window.outHeight;
  const plane = rest / window.outHeight;
  const y0 = oy * window.stride - window.padding;
  const x0 = ox * window.stride - window.padding;
  const kxBegin = max(0, -x0);
  const kxEnd = min(window.kernelWidth, window.inWidth - x0);
  const kyEnd = min(window.kernelHeight, window.inHeight - y0);
  const channels = window.channels;
  for (let ky = max(0, -y0); ky < kyEnd; ky++) {
    let pixel = lists + ((<usize>((plane * window.inHeight + y0 + ky) * window.inWidth + x0 + kxBegin)) << 3);
    let base = (ky * window.kernelWidth + kxBegin) * channels;
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

/**
 * The same sums to the same bits, from the events: each is added to the output pixels that see it. Images begin..end.
 */
export function scatterPatches(
  lists: usize,
  index: usize,
  values: usize,
  window: Window,
  panels: usize,
  bias: usize,
  y: usize,
  N: i32,
  begin: i32,
  end: i32,
): void {
  const inPixels = window.inHeight * window.inWidth;
  const outPixels = window.outHeight * window.outWidth;
  for (let plane = begin; plane < end; plane++) {
    const image = y + ((<usize>(plane * outPixels * N)) << 2);
    repeat(bias, (<usize>N) << 2, image, (<usize>(outPixels * N)) << 2);
    let pair = lists + ((<usize>(plane * inPixels)) << 3);
    for (let iy = 0; iy < window.inHeight; iy++) {
      for (let ix = 0; ix < window.inWidth;) {
        if (ix + 4 <= window.inWidth && areSilent(pair)) {
          ix += 4;
          pair += 32;
          continue;
        }
        const count = load<i32>(pair, 4);
        const first = <usize>load<i32>(pair);
        const value = values ? values + (first << 2) : 0;
        if (count) scatterPixel(window, iy, ix, index + (first << 1), value, count, panels, image, N);
        ix++;
        pair += 8;
      }
    }
  }
}

/** Whether four pixels have no events. */
function areSilent(pair: usize): bool {
  const counts = v128.or(v128.load(pair), v128.load(pair, 16));
  return !v128.any_true(v128.and(counts, i32x4(0, -1, 0, -1)));
}

/** Fills `bytes` bytes with a piece again and again, in copies that double. */
function repeat(piece: usize, length: usize, to: usize, bytes: usize): void {
  memory.copy(to, piece, length);
  for (let done = length; done < bytes; done <<= 1) memory.copy(to + done, to, min(done, bytes - done));
}

/** Adds the events of one input pixel to the output pixels of its image. */
function scatterPixel(
  window: Window,
  iy: i32,
  ix: i32,
  index: usize,
  value: usize,
  count: i32,
  panels: usize,
  image: usize,
  N: i32,
): void {
  const kernelHeight = window.kernelHeight;
  const kernelWidth = window.kernelWidth;
  const channels = window.channels;
  const stride = window.stride;
  const outWidth = window.outWidth;
  const y = iy + window.padding;
  const x = ix + window.padding;
  const oyEnd = min(window.outHeight - 1, y / stride);
  const oxBegin = firstOutput(x, kernelWidth, stride);
  const oxEnd = min(outWidth - 1, x / stride);
  for (let oy = firstOutput(y, kernelHeight, stride); oy <= oyEnd; oy++) {
    for (let ox = oxBegin; ox <= oxEnd; ox++) {
      const row = ((y - oy * stride) * kernelWidth + x - ox * stride) * channels;
      const to = image + ((<usize>((oy * outWidth + ox) * N)) << 2);
      for (let n = 0; n < N; n += PANEL) {
        const width = panelWidth(n, N);
        const panel = panels + ((<usize>(n * kernelHeight * kernelWidth * channels + row * width)) << 2);
        addEvents(width, min(width, N - n), panel, index, value, count, to + ((<usize>n) << 2));
      }
    }
  }
}

/** The first output row or column whose window of `size` reaches a place of the padded image. */
function firstOutput(at: i32, size: i32, stride: i32): i32 {
  return max(0, at - size + stride) / stride;
}

/** Adds rows of a panel to the `valid` numbers at `to`; as `gather`, which reads and writes whole panels. */
function addEvents(
  width: i32,
  valid: i32,
  panel: usize,
  index: usize,
  value: usize,
  count: i32,
  to: usize,
): void {
  if (valid == width) {
    gather(width, panel, index, value, count, to, to);
    return;
  }
  for (let n = 0; n < valid; n += 4) {
    const here = (<usize>n) << 2;
    let sum = simd.loadAny(to + here, valid - n);
    for (let i = 0; i < count; i++) {
      const row = panel + ((<usize>(<i32>load<u16>(index + ((<usize>i) << 1)) * width)) << 2);
      const one = value ? v128.load32_splat(value + ((<usize>i) << 2)) : f32x4.splat(1);
      sum = simd.madd(one, v128.load(row + here), sum);
    }
    simd.storeAny(to + here, sum, valid - n);
  }
}

/** No output pixel: the input pixel does not reach one through this place of the kernel. */
const NONE: u16 = 0xffff;

/**
 * map[place][pixel] = output pixel that input pixel contributes to through a place of the kernel,
 * or NONE, for all pixels of a chunk of `planes` images; places begin..end.
 */
export function mapPatches(window: Window, planes: i32, map: usize, begin: i32, end: i32): void {
  for (let place = begin; place < end; place++) {
    let to = map + ((<usize>(place * planes * window.inHeight * window.inWidth)) << 1);
    for (let plane = 0; plane < planes; plane++) {
      for (let iy = 0; iy < window.inHeight; iy++) {
        for (let ix = 0; ix < window.inWidth; ix++) {
          const y = iy + window.padding - place / window.kernelWidth;
          const x = ix + window.padding - (place % window.kernelWidth);
          const oy = y / window.stride;
          const ox = x / window.stride;
          const whole = y >= 0 && x >= 0 && oy * window.stride == y && ox * window.stride == x;
          const hit = whole && oy < window.outHeight && ox < window.outWidth;
          store<u16>(to, hit ? <u16>((plane * window.outHeight + oy) * window.outWidth + ox) : NONE);
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
  window: Window,
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
  const inPixels = window.inHeight * window.inWidth;
  const outPixels = window.outHeight * window.outWidth;
  const K = window.kernelHeight * window.kernelWidth * window.channels;
  const weights = tValues ? scratch + ((((<usize>(chunkPlanes * inPixels)) << 1) + 15) & ~15) : 0;
  for (let plane = 0, chunk = 0; plane < planes; plane += chunkPlanes, chunk++) {
    for (let k = begin; k < end; k++) {
      const places = map + ((<usize>((k / window.channels) * chunkPlanes * inPixels)) << 1);
      const pair = tLists + ((<usize>(chunk * window.channels + (k % window.channels))) << 3);
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

/** The same for a convolution: input pixels begin..end, weight[(place, input channel), output channel]. */
export function sampleConv(
  support: Support,
  window: Window,
  f: usize,
  gy: usize,
  weight: usize,
  gx: usize,
  inputs: i32,
  outputs: i32,
  begin: i32,
  end: i32,
): void {
  for (let pixel = begin; pixel < end; pixel++) {
    for (let c = 0; c < inputs; c += 4) {
      const at = (<usize>(pixel * inputs + c)) << 2;
      const lanes = inputs - c;
      simd.storeAny(gx + at, f32x4.splat(0), lanes);
      for (let bits = inside(support, f + at, lanes); bits; bits &= bits - 1) {
        const j = ctz(bits);
        store<f32>(
          gx + at + ((<usize>j) << 2),
          pixelGradient(window, gy, weight, pixel, c + j, inputs, outputs),
        );
      }
    }
  }
}

/** The gradient of one channel of one input pixel. */
function pixelGradient(
  window: Window,
  gy: usize,
  weight: usize,
  pixel: i32,
  channel: i32,
  inputs: i32,
  outputs: i32,
): f32 {
  const ix = pixel % window.inWidth;
  const line = pixel / window.inWidth;
  const iy = line % window.inHeight;
  const plane = line / window.inHeight;
  let sum: f32 = 0;
  for (let ky = 0; ky < window.kernelHeight; ky++) {
    const y = iy + window.padding - ky;
    if (y < 0 || y % window.stride != 0 || y / window.stride >= window.outHeight) continue;
    for (let kx = 0; kx < window.kernelWidth; kx++) {
      const x = ix + window.padding - kx;
      if (x < 0 || x % window.stride != 0 || x / window.stride >= window.outWidth) continue;
      const from = (plane * window.outHeight + y / window.stride) * window.outWidth + x / window.stride;
      const row = (ky * window.kernelWidth + kx) * inputs + channel;
      sum += dot(gy + ((<usize>(from * outputs)) << 2), weight + ((<usize>(row * outputs)) << 2), outputs);
    }
  }
  return sum;
}
