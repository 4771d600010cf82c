// Products with sparse weights. Rows of the result (samples and time steps, or pixels) are the vector
// dimension: 32 of them stand side by side in a panel [column][32], so that one weight is one multiplied
// addition of 32 numbers. Panels are made where they are used and stay in the second-level cache.
//
// A linear layer is a convolution of images of one pixel.
import { simd } from "../lib/simd";
import { Window } from "../lib/window";

/** Rows of a panel. */
const ROWS: i32 = 32;
/** Outputs whose sums are written together: a cache line of each row. */
const TILE: i32 = 16;

/** Where a pixel at `at` looks at `place` along one axis of `size` pixels; -1 outside. */
function sourceOf(window: Window, backwards: bool, at: i32, place: i32, size: i32): i32 {
  if (!backwards) {
    const from = at * window.stride + place - window.padding;
    return from < size ? max(from, -1) : -1;
  }
  const from = at + window.padding - place;
  if (from < 0 || from % window.stride != 0) return -1;
  return from / window.stride < size ? from / window.stride : -1;
}

/**
 * Writes the addresses that pixels first..first + ROWS look at in a place; `zeros` outside and from `count` on. Output
 * pixels look at their patch, or, backwards, input pixels at the outputs that they contributed to.
 */
function locate(
  window: Window,
  backwards: bool,
  x: usize,
  zeros: usize,
  first: i32,
  count: i32,
  ky: i32,
  kx: i32,
  addresses: usize,
): void {
  const width = backwards ? window.inWidth : window.outWidth;
  const height = backwards ? window.inHeight : window.outHeight;
  const fromWidth = backwards ? window.outWidth : window.inWidth;
  const fromHeight = backwards ? window.outHeight : window.inHeight;
  for (let r = 0; r < ROWS; r++) {
    let address = zeros;
    if (r < count) {
      const column = (first + r) % width;
      const line = (first + r) / width;
      const fromY = sourceOf(window, backwards, line % height, ky, fromHeight);
      const fromX = sourceOf(window, backwards, column, kx, fromWidth);
      if (fromY >= 0 && fromX >= 0) {
        const pixel = ((line / height) * fromHeight + fromY) * fromWidth + fromX;
        address = x + ((<usize>(pixel * window.channels)) << 2);
      }
    }
    store<usize>(addresses + ((<usize>r) << 2), address);
  }
}

/** panel[(place, channel)][32] of pixels first..first + count. `addresses`: room for 32. */
function packPanel(
  window: Window,
  backwards: bool,
  x: usize,
  zeros: usize,
  first: i32,
  count: i32,
  addresses: usize,
  panel: usize,
): void {
  for (let ky = 0; ky < window.kernelHeight; ky++) {
    for (let kx = 0; kx < window.kernelWidth; kx++) {
      locate(window, backwards, x, zeros, first, count, ky, kx, addresses);
      for (let r = 0; r < ROWS; r += 4) {
        const at = addresses + ((<usize>r) << 2);
        packFour(at, panel + ((<usize>r) << 2), window.channels);
      }
      panel += (<usize>(window.channels * ROWS)) << 2;
    }
  }
}

/** panel[j][0..4) = the four rows at `addresses`, for j below `count`. */
function packFour(addresses: usize, panel: usize, count: i32): void {
  const x0 = load<usize>(addresses, 0);
  const x1 = load<usize>(addresses, 4);
  const x2 = load<usize>(addresses, 8);
  const x3 = load<usize>(addresses, 12);
  for (let j = 0; j < count; j += 4) {
    const at = (<usize>j) << 2;
    const lanes = count - j;
    const r0 = simd.loadAny(x0 + at, lanes);
    const r1 = simd.loadAny(x1 + at, lanes);
    const r2 = simd.loadAny(x2 + at, lanes);
    const r3 = simd.loadAny(x3 + at, lanes);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(panel, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    if (lanes > 1) v128.store(panel, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), 128);
    if (lanes > 2) v128.store(panel, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 256);
    if (lanes > 3) v128.store(panel, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 384);
    panel += 512;
  }
}

/** out[0..32) = start + sum over a list of value * panel[index][32]. A function of its own: see gather.ts. */
export function addRows(panel: usize, index: usize, value: usize, count: i32, start: f32, out: usize): void {
  let a0 = f32x4.splat(start);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let a4 = a0;
  let a5 = a0;
  let a6 = a0;
  let a7 = a0;
  const end = index + ((<usize>count) << 2);
  while (index < end) {
    const row = panel + ((<usize>load<i32>(index)) << 7);
    const v = v128.load32_splat(value);
    a0 = simd.madd(v, v128.load(row, 0), a0);
    a1 = simd.madd(v, v128.load(row, 16), a1);
    a2 = simd.madd(v, v128.load(row, 32), a2);
    a3 = simd.madd(v, v128.load(row, 48), a3);
    a4 = simd.madd(v, v128.load(row, 64), a4);
    a5 = simd.madd(v, v128.load(row, 80), a5);
    a6 = simd.madd(v, v128.load(row, 96), a6);
    a7 = simd.madd(v, v128.load(row, 112), a7);
    index += 4;
    value += 4;
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

/** y[r][0..count) = tile[0..count)[r] for r below `rows`; rows of y are N numbers apart. */
function storeTile(tile: usize, y: usize, N: i32, count: i32, rows: i32): void {
  for (let r = 0; r < rows; r += 4) {
    for (let n = 0; n < count; n += 4) {
      const from = tile + ((<usize>(n * ROWS + r)) << 2);
      const r0 = v128.load(from, 0);
      const r1 = v128.load(from, 128);
      const r2 = v128.load(from, 256);
      const r3 = v128.load(from, 384);
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const step = (<usize>N) << 2;
      let to = y + ((<usize>(r * N + n)) << 2);
      const lanes = count - n;
      simd.storeAny(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5), lanes);
      if (r + 1 < rows) simd.storeAny(to + step, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), lanes);
      to += 2 * step;
      if (r + 2 < rows) simd.storeAny(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), lanes);
      if (r + 3 < rows) simd.storeAny(to + step, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), lanes);
    }
  }
}

/**
 * y[m, n] = bias[n] + sum over list n of value * source[m, index], panels begin..end of the M pixels.
 *
 * @param zeros as many zeros as the source has channels
 * @param starts list n lies between starts[n every] and starts[(n + 1) every]
 * @param index i32 rows of a panel: place * channels + channel
 * @param bias N numbers, or 0
 * @param shared room for all panels, or 0 where one fits into the scratch memory
 * @param depth rows of a panel: places times channels
 */
export function sparseProduct(
  window: Window,
  backwards: i32,
  x: usize,
  zeros: usize,
  starts: usize,
  every: i32,
  index: usize,
  values: usize,
  bias: usize,
  y: usize,
  M: i32,
  N: i32,
  depth: i32,
  shared: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const tile = scratch;
  const addresses = tile + 4 * ROWS * TILE;
  for (let p = begin; p < end; p++) {
    const panel = shared ? shared + <usize>(p * depth) * 128 : addresses + 128;
    const rows = min(ROWS, M - p * ROWS);
    packPanel(window, backwards != 0, x, zeros, p * ROWS, rows, addresses, panel);
    let from = load<i32>(starts);
    for (let n = 0; n < N; n++) {
      const to = load<i32>(starts + ((<usize>((n + 1) * every)) << 2));
      const start: f32 = bias ? load<f32>(bias + ((<usize>n) << 2)) : 0;
      const at = (<usize>from) << 2;
      addRows(panel, index + at, values + at, to - from, start, tile + ((<usize>((n % TILE) * ROWS)) << 2));
      from = to;
      if (n % TILE == TILE - 1 || n == N - 1) {
        const n0 = n - (n % TILE);
        storeTile(tile, y + ((<usize>(p * ROWS * N + n0)) << 2), N, n - n0 + 1, rows);
      }
    }
  }
}

export function addDots(g: usize, panel: usize, index: usize, count: i32, sums: usize): void {
  const g0 = v128.load(g, 0);
  const g1 = v128.load(g, 16);
  const g2 = v128.load(g, 32);
  const g3 = v128.load(g, 48);
  const end = index + ((<usize>count) << 2);
  while (index < end) {
    const r0 = panel + ((<usize>load<i32>(index, 0)) << 7);
    const r1 = panel + ((<usize>load<i32>(index, 4)) << 7);
    const r2 = panel + ((<usize>load<i32>(index, 8)) << 7);
    const r3 = panel + ((<usize>load<i32>(index, 12)) << 7);
    let a = f32x4.mul(g0, v128.load(r0, 0));
    let b = f32x4.mul(g0, v128.load(r1, 0));
    let c = f32x4.mul(g0, v128.load(r2, 0));
    let d = f32x4.mul(g0, v128.load(r3, 0));
    a = simd.madd(g1, v128.load(r0, 16), a);
    b = simd.madd(g1, v128.load(r1, 16), b);
    c = simd.madd(g1, v128.load(r2, 16), c);
    d = simd.madd(g1, v128.load(r3, 16), d);
    a = simd.madd(g2, v128.load(r0, 32), a);
    b = simd.madd(g2, v128.load(r1, 32), b);
    c = simd.madd(g2, v128.load(r2, 32), c);
    d = simd.madd(g2, v128.load(r3, 32), d);
    a = simd.madd(g3, v128.load(r0, 48), a);
    b = simd.madd(g3, v128.load(r1, 48), b);
    c = simd.madd(g3, v128.load(r2, 48), c);
    d = simd.madd(g3, v128.load(r3, 48), d);
    const low = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
    const high = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
    const four = f32x4.add(
      v128.shuffle<f32>(low, high, 0, 1, 4, 5),
      v128.shuffle<f32>(low, high, 2, 3, 6, 7),
    );
    v128.store(sums, f32x4.add(v128.load(sums), four));
    index += 16;
    sums += 16;
  }
}

/** The same for any count, one at a time. */
function addDotsOneByOne(g: usize, panel: usize, index: usize, count: i32, sums: usize): void {
  for (let i = 0; i < count; i++) {
    const row = panel + ((<usize>load<i32>(index + ((<usize>i) << 2))) << 7);
    let a = f32x4.splat(0);
    for (let r: usize = 0; r < 128; r += 16) a = simd.madd(v128.load(g + r), v128.load(row + r), a);
    const sum = sums + ((<usize>i) << 2);
    store<f32>(sum, load<f32>(sum) + simd.sum(a));
  }
}

/**
 * partials[unit, i] = the share of number i's gradient, sum over m of gy[m, output] * source[m, index],
 * of panels unit * `panels` to (unit + 1) * `panels`; units begin..end.
 *
 * @param starts, index the numbers of each output, as in `sparseProduct`
 * @param straight geometry of gy: N channels, one place
 * @param shared room for the panels of x and gy of all units, or 0
 */
export function sparseGradient(
  window: Window,
  straight: Window,
  x: usize,
  gy: usize,
  zeros: usize,
  starts: usize,
  index: usize,
  partials: usize,
  M: i32,
  N: i32,
  depth: i32,
  count: i32,
  panels: i32,
  shared: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const addresses = scratch;
  for (let unit = begin; unit < end; unit++) {
    const sums = partials + ((<usize>(unit * count)) << 2);
    memory.fill(sums, 0, (<usize>count) << 2);
    const panel = shared ? shared + <usize>(unit * (depth + N)) * 128 : addresses + 128;
    const gradients = panel + <usize>depth * 128;
    for (let p = unit * panels; p < (unit + 1) * panels && p * ROWS < M; p++) {
      const rows = min(ROWS, M - p * ROWS);
      packPanel(window, false, x, zeros, p * ROWS, rows, addresses, panel);
      packPanel(straight, false, gy, zeros, p * ROWS, rows, addresses, gradients);
      for (let n = 0; n < N; n++) {
        const from = load<i32>(starts + ((<usize>n) << 2));
        const length = load<i32>(starts + ((<usize>n) << 2), 4) - from;
        const fours = length & -4;
        const g = gradients + <usize>n * 128;
        const at = (<usize>from) << 2;
        addDots(g, panel, index + at, fours, sums + at);
        addDots(g + 64, panel + 64, index + at, fours, sums + at);
        const rest = at + ((<usize>fours) << 2);
        addDotsOneByOne(g, panel, index + rest, length - fours, sums + rest);
      }
    }
  }
}

/** out[slot(i)] = sum over units of partials[unit, i], in order, i in begin..end; slots 0: slot(i) = i. */
export function sumPartials(
  partials: usize,
  units: i32,
  count: i32,
  slots: usize,
  out: usize,
  begin: i32,
  end: i32,
): void {
  for (let i = begin; i < end; i += 4) {
    const lanes = min(4, end - i);
    let from = partials + ((<usize>i) << 2);
    let sum = f32x4.splat(0);
    for (let unit = 0; unit < units; unit++) {
      sum = f32x4.add(sum, simd.loadAny(from, lanes));
      from += (<usize>count) << 2;
    }
    if (!slots) simd.storeAny(out + ((<usize>i) << 2), sum, lanes);
    else
      for (let lane = 0; lane < lanes; lane++) {
        const slot = <usize>load<i32>(slots + ((<usize>(i + lane)) << 2));
        store<f32>(out + (slot << 2), f32x4.extract_lane(sum, 0));
        sum = v128.shuffle<f32>(sum, sum, 1, 2, 3, 0);
      }
  }
}

/** out[i] = x[places[i]], i in begin..end. */
export function takeNumbers(x: usize, places: usize, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const place = load<i32>(places + ((<usize>i) << 2));
    store<f32>(out + ((<usize>i) << 2), load<f32>(x + ((<usize>place) << 2)));
  }
}

/** out[places[i]] = x[i], i in begin..end; no place twice. */
export function putNumbers(x: usize, places: usize, out: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const place = load<i32>(places + ((<usize>i) << 2));
    store<f32>(out + ((<usize>place) << 2), load<f32>(x + ((<usize>i) << 2)));
  }
}
