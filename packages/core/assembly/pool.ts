// Pooling of channels-last images; planes begin..end.
import { simd } from "./simd";

/** The numbers behind `geometry`, each an i32. */
class Window {
  channels: i32;
  inHeight: i32;
  inWidth: i32;
  outHeight: i32;
  outWidth: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  stride: i32;
  padding: i32;
}

/** Place of an input pixel in its plane, or -1 outside. */
function pixel(g: Window, oy: i32, ox: i32, ky: i32, kx: i32): i32 {
  const y = oy * g.stride - g.padding + ky;
  const x = ox * g.stride - g.padding + kx;
  if (<u32>y >= <u32>g.inHeight || <u32>x >= <u32>g.inWidth) return -1;
  return y * g.inWidth + x;
}

export function averagePoolForward(geometry: usize, x: usize, y: usize, begin: i32, end: i32): void {
  const g = changetype<Window>(geometry);
  const inverse = f32x4.splat(<f32>1 / <f32>(g.kernelHeight * g.kernelWidth));
  const bytes = (<usize>g.channels) << 2;
  let out = y + <usize>(begin * g.outHeight * g.outWidth) * bytes;
  for (let plane = begin; plane < end; plane++) {
    const base = x + <usize>(plane * g.inHeight * g.inWidth) * bytes;
    for (let oy = 0; oy < g.outHeight; oy++) {
      for (let ox = 0; ox < g.outWidth; ox++) {
        for (let c = 0; c < g.channels; c += 4) {
          const at = (<usize>c) << 2;
          const lanes = g.channels - c;
          let sum = f32x4.splat(0);
          for (let ky = 0; ky < g.kernelHeight; ky++) {
            for (let kx = 0; kx < g.kernelWidth; kx++) {
              const from = pixel(g, oy, ox, ky, kx);
              if (from >= 0) sum = f32x4.add(sum, simd.loadAny(base + <usize>from * bytes + at, lanes));
            }
          }
          simd.storeAny(out + at, f32x4.mul(sum, inverse), lanes);
        }
        out += bytes;
      }
    }
  }
}

export function averagePoolBackward(geometry: usize, gy: usize, gx: usize, begin: i32, end: i32): void {
  const g = changetype<Window>(geometry);
  const inverse = f32x4.splat(<f32>1 / <f32>(g.kernelHeight * g.kernelWidth));
  const bytes = (<usize>g.channels) << 2;
  const planeBytes = <usize>(g.inHeight * g.inWidth) * bytes;
  let from = gy + <usize>(begin * g.outHeight * g.outWidth) * bytes;
  for (let plane = begin; plane < end; plane++) {
    const base = gx + <usize>plane * planeBytes;
    memory.fill(base, 0, planeBytes);
    for (let oy = 0; oy < g.outHeight; oy++) {
      for (let ox = 0; ox < g.outWidth; ox++) {
        for (let c = 0; c < g.channels; c += 4) {
          const at = (<usize>c) << 2;
          const lanes = g.channels - c;
          const share = f32x4.mul(simd.loadAny(from + at, lanes), inverse);
          for (let ky = 0; ky < g.kernelHeight; ky++) {
            for (let kx = 0; kx < g.kernelWidth; kx++) {
              const place = pixel(g, oy, ox, ky, kx);
              if (place < 0) continue;
              const to = base + <usize>place * bytes + at;
              simd.storeAny(to, f32x4.add(simd.loadAny(to, lanes), share), lanes);
            }
          }
        }
        from += bytes;
      }
    }
  }
}

/** `winner` gets the number of the window's place (ky kernelWidth + kx) that holds the first maximum. */
export function maxPoolForward(
  geometry: usize,
  x: usize,
  y: usize,
  winner: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Window>(geometry);
  const bytes = (<usize>g.channels) << 2;
  let at = <usize>(begin * g.outHeight * g.outWidth) * bytes;
  for (let plane = begin; plane < end; plane++) {
    const base = x + <usize>(plane * g.inHeight * g.inWidth) * bytes;
    for (let oy = 0; oy < g.outHeight; oy++) {
      for (let ox = 0; ox < g.outWidth; ox++) {
        for (let c = 0; c < g.channels; c += 4) {
          const offset = (<usize>c) << 2;
          const lanes = g.channels - c;
          let best = f32x4.splat(-Infinity);
          let place = f32x4.splat(0);
          let seen = false;
          for (let ky = 0; ky < g.kernelHeight; ky++) {
            for (let kx = 0; kx < g.kernelWidth; kx++) {
              const from = pixel(g, oy, ox, ky, kx);
              if (from < 0) continue;
              const value = simd.loadAny(base + <usize>from * bytes + offset, lanes);
              const number = f32x4.splat(<f32>(ky * g.kernelWidth + kx));
              // NaN wins, as in PyTorch.
              const higher = seen ? v128.or(f32x4.gt(value, best), f32x4.ne(value, value)) : i32x4.splat(-1);
              best = v128.bitselect(value, best, higher);
              place = v128.bitselect(number, place, higher);
              seen = true;
            }
          }
          simd.storeAny(y + at + offset, best, lanes);
          simd.storeAny(winner + at + offset, place, lanes);
        }
        at += bytes;
      }
    }
  }
}

export function maxPoolBackward(
  geometry: usize,
  gy: usize,
  winner: usize,
  gx: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Window>(geometry);
  const bytes = (<usize>g.channels) << 2;
  const planeBytes = <usize>(g.inHeight * g.inWidth) * bytes;
  let at = <usize>(begin * g.outHeight * g.outWidth) * bytes;
  for (let plane = begin; plane < end; plane++) {
    const base = gx + <usize>plane * planeBytes;
    memory.fill(base, 0, planeBytes);
    for (let oy = 0; oy < g.outHeight; oy++) {
      for (let ox = 0; ox < g.outWidth; ox++) {
        for (let ky = 0; ky < g.kernelHeight; ky++) {
          for (let kx = 0; kx < g.kernelWidth; kx++) {
            const place = pixel(g, oy, ox, ky, kx);
            if (place < 0) continue;
            const number = f32x4.splat(<f32>(ky * g.kernelWidth + kx));
            const to = base + <usize>place * bytes;
            for (let c = 0; c < g.channels; c += 4) {
              const offset = (<usize>c) << 2;
              const lanes = g.channels - c;
              const won = f32x4.eq(simd.loadAny(winner + at + offset, lanes), number);
              const share = v128.and(simd.loadAny(gy + at + offset, lanes), won);
              simd.storeAny(to + offset, f32x4.add(simd.loadAny(to + offset, lanes), share), lanes);
            }
          }
        }
        at += bytes;
      }
    }
  }
}
