// Pooling of channels-last images; planes begin..end. For each output pixel the places of its
// window that lie inside the image are listed once, for all channels.
import { Window } from "./lib/window";
import { simd } from "./lib/simd";

/**
 * Lists pairs (offset in bytes from the plane, number of the place: ky kernelWidth + kx) of the
 * window of an output pixel; returns the end of the list.
 */
function listWindow(window: Window, pixel: i32, list: usize): usize {
  const y0 = (pixel / window.outWidth) * window.stride - window.padding;
  const x0 = (pixel % window.outWidth) * window.stride - window.padding;
  for (let ky = 0; ky < window.kernelHeight; ky++) {
    const y = y0 + ky;
    if (<u32>y >= <u32>window.inHeight) continue;
    for (let kx = 0; kx < window.kernelWidth; kx++) {
      const x = x0 + kx;
      if (<u32>x >= <u32>window.inWidth) continue;
      store<i32>(list, ((y * window.inWidth + x) * window.channels) << 2);
      store<i32>(list, ky * window.kernelWidth + kx, 4);
      list += 8;
    }
  }
  return list;
}

function planeBytes(window: Window): usize {
  return (<usize>(window.inHeight * window.inWidth * window.channels)) << 2;
}

/** `scratch` has room for a pair of numbers for each place of a window. */
export function averagePoolForward(
  window: Window,
  x: usize,
  y: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const pixels = window.outHeight * window.outWidth;
  const whole = simd.whole(0, window.channels);
  const inverse = f32x4.splat(<f32>1 / <f32>(window.kernelHeight * window.kernelWidth));
  for (let p = 0; p < pixels; p++) {
    const stop = listWindow(window, p, scratch);
    for (let plane = begin; plane < end; plane++) {
      const base = x + <usize>plane * planeBytes(window);
      const out = y + ((<usize>((plane * pixels + p) * window.channels)) << 2);
      averagePixel<v128>(base, scratch, stop, inverse, out, 0, whole);
      if (whole < window.channels)
        averagePixel<f32>(base, scratch, stop, inverse, out, whole, window.channels);
    }
  }
}

function averagePixel<T>(
  base: usize,
  list: usize,
  stop: usize,
  inverse: v128,
  out: usize,
  from: i32,
  to: i32,
): void {
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    let sum = f32x4.splat(0);
    for (let place = list; place < stop; place += 8) {
      sum = f32x4.add(sum, simd.load<T>(base + load<u32>(place) + at, to - c));
    }
    simd.store<T>(out + at, f32x4.mul(sum, inverse), to - c);
  }
}

export function averagePoolBackward(
  window: Window,
  gy: usize,
  gx: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const pixels = window.outHeight * window.outWidth;
  const whole = simd.whole(0, window.channels);
  const inverse = f32x4.splat(<f32>1 / <f32>(window.kernelHeight * window.kernelWidth));
  for (let plane = begin; plane < end; plane++) {
    const base = gx + <usize>plane * planeBytes(window);
    memory.fill(base, 0, planeBytes(window));
    for (let p = 0; p < pixels; p++) {
      const stop = listWindow(window, p, scratch);
      const from = gy + ((<usize>((plane * pixels + p) * window.channels)) << 2);
      spreadPixel<v128>(from, scratch, stop, inverse, base, 0, whole);
      if (whole < window.channels)
        spreadPixel<f32>(from, scratch, stop, inverse, base, whole, window.channels);
    }
  }
}

function spreadPixel<T>(
  gy: usize,
  list: usize,
  stop: usize,
  inverse: v128,
  base: usize,
  from: i32,
  to: i32,
): void {
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    const share = f32x4.mul(simd.load<T>(gy + at, to - c), inverse);
    for (let place = list; place < stop; place += 8) {
      const target = base + load<u32>(place) + at;
      simd.store<T>(target, f32x4.add(simd.load<T>(target, to - c), share), to - c);
    }
  }
}

/** `winner` gets the number of the window's place that holds the first maximum. */
export function maxPoolForward(
  window: Window,
  x: usize,
  y: usize,
  winner: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const pixels = window.outHeight * window.outWidth;
  const whole = simd.whole(0, window.channels);
  for (let plane = begin; plane < end; plane++) {
    const base = x + <usize>plane * planeBytes(window);
    for (let p = 0; p < pixels; p++) {
      const stop = listWindow(window, p, scratch);
      const at = (<usize>((plane * pixels + p) * window.channels)) << 2;
      maxPixel<v128>(base, scratch, stop, y + at, winner + at, 0, whole);
      if (whole < window.channels)
        maxPixel<f32>(base, scratch, stop, y + at, winner + at, whole, window.channels);
    }
  }
}

function maxPixel<T>(
  base: usize,
  list: usize,
  stop: usize,
  y: usize,
  winner: usize,
  from: i32,
  to: i32,
): void {
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    let best = simd.load<T>(base + load<u32>(list) + at, to - c);
    let number = i32x4.splat(load<i32>(list, 4));
    for (let place = list + 8; place < stop; place += 8) {
      const value = simd.load<T>(base + load<u32>(place) + at, to - c);
      // NaN wins, as in PyTorch.
      const higher = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
      best = v128.bitselect(value, best, higher);
      number = v128.bitselect(i32x4.splat(load<i32>(place, 4)), number, higher);
    }
    simd.store<T>(y + at, best, to - c);
    simd.store<T>(winner + at, f32x4.convert_i32x4_s(number), to - c);
  }
}

export function maxPoolBackward(
  window: Window,
  gy: usize,
  winner: usize,
  gx: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const pixels = window.outHeight * window.outWidth;
  const whole = simd.whole(0, window.channels);
  for (let plane = begin; plane < end; plane++) {
    const base = gx + <usize>plane * planeBytes(window);
    memory.fill(base, 0, planeBytes(window));
    for (let p = 0; p < pixels; p++) {
      const stop = listWindow(window, p, scratch);
      const at = (<usize>((plane * pixels + p) * window.channels)) << 2;
      routePixel<v128>(gy + at, winner + at, scratch, stop, base, 0, whole);
      if (whole < window.channels)
        routePixel<f32>(gy + at, winner + at, scratch, stop, base, whole, window.channels);
    }
  }
}

function routePixel<T>(
  gy: usize,
  winner: usize,
  list: usize,
  stop: usize,
  base: usize,
  from: i32,
  to: i32,
): void {
  for (let c = from; c < to; c += 4) {
    const at = (<usize>c) << 2;
    const gradient = simd.load<T>(gy + at, to - c);
    const number = i32x4.trunc_sat_f32x4_s(simd.load<T>(winner + at, to - c));
    for (let place = list; place < stop; place += 8) {
      const won = i32x4.eq(number, i32x4.splat(load<i32>(place, 4)));
      const target = base + load<u32>(place) + at;
      const sum = f32x4.add(simd.load<T>(target, to - c), v128.and(gradient, won));
      simd.store<T>(target, sum, to - c);
    }
  }
}
