// Input gradients where they are needed: behind a surrogate of compact support, the gradient of a
// spike counts only where a |f - threshold| < limit. Elsewhere it is set to zero, and no product
// is spent on it. Rows of the weights lie along the outputs.
import { Frame } from "./frame";
import { simd } from "./simd";

/** The numbers behind `window`: which potentials are inside the support. */
class Window {
  threshold: f32;
  alpha: f32;
  limit: f32;
}

/** Bits of the potentials at `f` (one to four) that are inside the support. */
function inside(w: Window, f: usize, lanes: i32): i32 {
  const z = f32x4.abs(f32x4.sub(simd.loadAny(f, lanes), f32x4.splat(w.threshold)));
  const near = f32x4.lt(f32x4.mul(z, f32x4.splat(w.alpha)), f32x4.splat(w.limit));
  return i32x4.bitmask(near) & ((1 << min(lanes, 4)) - 1);
}

/** sum over n numbers of a b. */
export function dot(a: usize, b: usize, n: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  let i = 0;
  for (; i + 16 <= n; i += 16) {
    s0 = simd.madd(v128.load(a, 0), v128.load(b, 0), s0);
    s1 = simd.madd(v128.load(a, 16), v128.load(b, 16), s1);
    s2 = simd.madd(v128.load(a, 32), v128.load(b, 32), s2);
    s3 = simd.madd(v128.load(a, 48), v128.load(b, 48), s3);
    a += 64;
    b += 64;
  }
  for (; i < n; i += 4) {
    s0 = simd.madd(simd.loadAny(a, n - i), simd.loadAny(b, n - i), s0);
    a += 16;
    b += 16;
  }
  return simd.sum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}

/** gx[r, i] = sum_o gy[r, o] weight[i, o] inside the support of f[r, i], else 0; rows begin..end. */
export function sampleLinear(
  window: usize,
  f: usize,
  gy: usize,
  weight: usize,
  gx: usize,
  inputs: i32,
  outputs: i32,
  begin: i32,
  end: i32,
): void {
  const w = changetype<Window>(window);
  for (let r = begin; r < end; r++) {
    const row = gy + ((<usize>(r * outputs)) << 2);
    for (let i = 0; i < inputs; i += 4) {
      const at = (<usize>(r * inputs + i)) << 2;
      const lanes = inputs - i;
      simd.storeAny(gx + at, f32x4.splat(0), lanes);
      for (let bits = inside(w, f + at, lanes); bits; bits &= bits - 1) {
        const j = ctz(bits);
        const value = dot(row, weight + ((<usize>((i + j) * outputs)) << 2), outputs);
        store<f32>(gx + at + ((<usize>j) << 2), value);
      }
    }
  }
}

/** The same for a convolution: input pixels begin..end, weight[(place, input channel), output channel]. */
export function sampleConv(
  window: usize,
  geometry: usize,
  f: usize,
  gy: usize,
  weight: usize,
  gx: usize,
  inputs: i32,
  outputs: i32,
  begin: i32,
  end: i32,
): void {
  const w = changetype<Window>(window);
  const g = changetype<Frame>(geometry);
  for (let pixel = begin; pixel < end; pixel++) {
    for (let c = 0; c < inputs; c += 4) {
      const at = (<usize>(pixel * inputs + c)) << 2;
      const lanes = inputs - c;
      simd.storeAny(gx + at, f32x4.splat(0), lanes);
      for (let bits = inside(w, f + at, lanes); bits; bits &= bits - 1) {
        const j = ctz(bits);
        store<f32>(gx + at + ((<usize>j) << 2), pixelGradient(g, gy, weight, pixel, c + j, inputs, outputs));
      }
    }
  }
}

/** The gradient of one channel of one input pixel. */
function pixelGradient(
  g: Frame,
  gy: usize,
  weight: usize,
  pixel: i32,
  channel: i32,
  inputs: i32,
  outputs: i32,
): f32 {
  const ix = pixel % g.inWidth;
  const line = pixel / g.inWidth;
  const iy = line % g.inHeight;
  const plane = line / g.inHeight;
  let sum: f32 = 0;
  for (let ky = 0; ky < g.kernelHeight; ky++) {
    const y = iy + g.padding - ky;
    if (y < 0 || y % g.stride != 0 || y / g.stride >= g.outHeight) continue;
    for (let kx = 0; kx < g.kernelWidth; kx++) {
      const x = ix + g.padding - kx;
      if (x < 0 || x % g.stride != 0 || x / g.stride >= g.outWidth) continue;
      const from = (plane * g.outHeight + y / g.stride) * g.outWidth + x / g.stride;
      const row = (ky * g.kernelWidth + kx) * inputs + channel;
      sum += dot(gy + ((<usize>(from * outputs)) << 2), weight + ((<usize>(row * outputs)) << 2), outputs);
    }
  }
  return sum;
}
