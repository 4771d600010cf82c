// Kernels of synapses with delays: from weights and positions to spectra, and from the gradient of
// the spectra to those of weights and positions. Eight outputs of one input at once.
import { EPSILON } from "./layer";
import { multiplyTile } from "../products/gemm";
import { exp4 } from "../lib/math";

const TILE_ROWS: i32 = 6;
/** Bytes of eight numbers. */
const WIDTH: usize = 32;

/** The bump that stands for a delay; `rounded` has all the weight in the nearest tap. */
export enum Bump {
  gauss,
  max,
  rounded,
}

/** The numbers of a layer, and how its spectra lie. */
export class SpectralKernel {
  sigma: f32;
  inputs: i32;
  outputs: i32;
  taps: i32;
  kernelCount: i32;
  frequencies: i32;
  /** Numbers of the plane of one part (real or imaginary) of a frequency, and of a row of it. */
  planeStride: i32;
  rowStride: i32;
  shape: Bump;
  sharedPositions: i32;
}

/** Eight numbers at `from`, `stride` bytes apart; zeros from `lanes` on. */
function gatherLanes(from: usize, stride: usize, lanes: i32, to: usize): void {
  for (let lane = 0; lane < 8; lane++) {
    store<f32>(to + ((<usize>lane) << 2), lane < lanes ? load<f32>(from + <usize>lane * stride) : 0);
  }
}

/**
 * e[s] and, with `slope`, its derivative with respect to the position, for four centres.
 * @param c centres p + (Kd - 1) / 2, the rounded and clamped ones for `Bump.rounded`
 */
function bump(layer: SpectralKernel, c: v128, s: i32): v128 {
  const d = f32x4.sub(f32x4.splat(<f32>s), c);
  if (layer.shape == Bump.rounded) return v128.and(f32x4.eq(d, f32x4.splat(0)), f32x4.splat(1));
  if (layer.shape == Bump.max)
    return f32x4.max(f32x4.splat(0), f32x4.sub(f32x4.splat(layer.sigma), f32x4.abs(d)));
  const scale = f32x4.splat(<f32>-0.5 / (layer.sigma * layer.sigma));
  return exp4(f32x4.mul(f32x4.mul(d, d), scale));
}

function bumpSlope(layer: SpectralKernel, c: v128, s: i32, e: v128): v128 {
  const d = f32x4.sub(f32x4.splat(<f32>s), c);
  if (layer.shape == Bump.gauss)
    return f32x4.mul(f32x4.mul(e, d), f32x4.splat(<f32>1 / (layer.sigma * layer.sigma)));
  const sign = v128.bitselect(f32x4.splat(-1), f32x4.splat(1), f32x4.lt(d, f32x4.splat(0)));
  const inside = v128.and(f32x4.lt(f32x4.abs(d), f32x4.splat(layer.sigma)), f32x4.ne(d, f32x4.splat(0)));
  return v128.and(sign, inside);
}

/** Centres of four positions. */
function centre(layer: SpectralKernel, p: v128): v128 {
  const half = f32x4.splat(<f32>((layer.taps - 1) >> 1));
  if (layer.shape != Bump.rounded) return f32x4.add(p, half);
  return f32x4.add(f32x4.max(f32x4.neg(half), f32x4.min(half, f32x4.nearest(p))), half);
}

/** The normalised bump X[s] of four centres to x[s], `WIDTH` bytes apart, and with `slope` its derivative. */
function normalisedBump(layer: SpectralKernel, c: v128, x: usize, slope: usize): void {
  let sum = f32x4.splat(EPSILON);
  let slopes = f32x4.splat(0);
  for (let s = 0; s < layer.taps; s++) {
    const at = <usize>s * WIDTH;
    const e = bump(layer, c, s);
    sum = f32x4.add(sum, e);
    v128.store(x + at, e);
    if (!slope) continue;
    const d = bumpSlope(layer, c, s, e);
    slopes = f32x4.add(slopes, d);
    v128.store(slope + at, d);
  }
  const inverse = f32x4.div(f32x4.splat(1), sum);
  const shift = f32x4.mul(slopes, inverse);
  for (let s = 0; s < layer.taps; s++) {
    const at = <usize>s * WIDTH;
    const value = f32x4.mul(v128.load(x + at), inverse);
    v128.store(x + at, value);
    if (slope) {
      const d = f32x4.mul(v128.load(slope + at), inverse);
      v128.store(slope + at, f32x4.sub(d, f32x4.mul(value, shift)));
    }
  }
}

/** Bytes from one output to the next in weights, or in positions. */
function outputStride(layer: SpectralKernel): usize {
  return (<usize>(layer.inputs * layer.kernelCount)) << 2;
}

/**
 * Spectra of the kernels of inputs begin..end: planes [frequency][real, imaginary][input][outputs],
 * of tap s = delay Kd - 1 - s.
 *
 * @param table panels [2 frequencies / 6][Kd][6]: row 2 f the cosines, row 2 f + 1 minus the sines
 * @param scratch room for 16 Kd + 64 numbers
 */
export function delaySpectra(
  layer: SpectralKernel,
  weight: usize,
  position: usize,
  table: usize,
  out: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const tile = scratch;
  const lanes8 = tile + <usize>TILE_ROWS * WIDTH;
  const x = lanes8 + 2 * WIDTH;
  const kernel = x + <usize>layer.taps * WIDTH;
  const plane = (<usize>layer.planeStride) << 2;
  const lines = 2 * layer.frequencies;
  for (let i = begin; i < end; i++) {
    for (let o = 0; o < layer.rowStride; o += 8) {
      kernelTaps(layer, weight, position, i, o, lanes8, x, kernel);
      let to = out + ((<usize>(i * layer.rowStride + o)) << 2);
      let rows = table;
      for (let line = 0; line < lines; line += TILE_ROWS) {
        multiplyTile(rows, kernel, layer.taps, tile);
        rows += (<usize>(layer.taps * TILE_ROWS)) << 2;
        for (let r = 0; r < min(TILE_ROWS, lines - line); r++) {
          const from = tile + <usize>r * WIDTH;
          v128.store(to, v128.load(from), 0);
          v128.store(to, v128.load(from, 16), 16);
          to += plane;
        }
      }
    }
  }
}

/** K[s] of outputs o .. o + 7 and input i, as [Kd][8]. */
function kernelTaps(
  layer: SpectralKernel,
  weight: usize,
  position: usize,
  i: i32,
  o: i32,
  lanes8: usize,
  x: usize,
  kernel: usize,
): void {
  const lanes = layer.outputs - o;
  const stride = outputStride(layer);
  memory.fill(kernel, 0, <usize>layer.taps * WIDTH);
  for (let k = 0; k < layer.kernelCount; k++) {
    const bumpAt = (<usize>(i * layer.kernelCount + k)) << 2;
    const at = bumpAt + <usize>o * stride;
    gatherLanes(weight + at, stride, lanes, lanes8);
    if (layer.sharedPositions) gatherLanes(position + bumpAt, 0, lanes, lanes8 + WIDTH);
    else gatherLanes(position + at, stride, lanes, lanes8 + WIDTH);
    for (let lane: usize = 0; lane < WIDTH; lane += 16) {
      normalisedBump(layer, centre(layer, v128.load(lanes8 + WIDTH + lane)), x + lane, 0);
      const w = v128.load(lanes8 + lane);
      for (let s = 0; s < layer.taps; s++) {
        const to = kernel + <usize>s * WIDTH + lane;
        v128.store(to, f32x4.add(v128.load(to), f32x4.mul(w, v128.load(x + <usize>s * WIDTH + lane))));
      }
    }
  }
}

/**
 * Gradients of weights and positions of inputs begin..end from those of the spectra.
 *
 * @param table panels [Kd / 6][2 frequencies][6]: the way back from lines 2 f, 2 f + 1 to tap s
 * @param gPosition 0 when it is not wanted
 * @param scratch room for 16 frequencies + 24 Kd + 128 numbers
 */
export function delayGradients(
  layer: SpectralKernel,
  gSpectra: usize,
  table: usize,
  weight: usize,
  position: usize,
  gWeight: usize,
  gPosition: usize,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const lines = 2 * layer.frequencies;
  const lanes8 = scratch;
  const spectrum = lanes8 + 2 * WIDTH;
  const x = spectrum + <usize>lines * WIDTH;
  const slope = x + <usize>layer.taps * WIDTH;
  const gKernel = slope + <usize>layer.taps * WIDTH;
  const plane = (<usize>layer.planeStride) << 2;
  for (let i = begin; i < end; i++) {
    if (gPosition && layer.sharedPositions) {
      memory.fill(gPosition + ((<usize>(i * layer.kernelCount)) << 2), 0, (<usize>layer.kernelCount) << 2);
    }
    for (let o = 0; o < layer.rowStride; o += 8) {
      let from = gSpectra + ((<usize>(i * layer.rowStride + o)) << 2);
      for (let line = 0; line < lines; line++) {
        v128.store(spectrum + <usize>line * WIDTH, v128.load(from, 0), 0);
        v128.store(spectrum + <usize>line * WIDTH, v128.load(from, 16), 16);
        from += plane;
      }
      let rows = table;
      for (let s = 0; s < layer.taps; s += TILE_ROWS) {
        multiplyTile(rows, spectrum, lines, gKernel + <usize>s * WIDTH);
        rows += (<usize>(lines * TILE_ROWS)) << 2;
      }
      projectGradient(layer, weight, position, i, o, lanes8, x, slope, gKernel, gWeight, gPosition);
    }
  }
}

/** gWeight = sum_s G X, gPosition = w sum_s G dX/dp for outputs o .. o + 7 of input i. */
function projectGradient(
  layer: SpectralKernel,
  weight: usize,
  position: usize,
  i: i32,
  o: i32,
  lanes8: usize,
  x: usize,
  slope: usize,
  gKernel: usize,
  gWeight: usize,
  gPosition: usize,
): void {
  const lanes = min(8, layer.outputs - o);
  const stride = outputStride(layer);
  for (let k = 0; k < layer.kernelCount; k++) {
    const bumpAt = (<usize>(i * layer.kernelCount + k)) << 2;
    const at = bumpAt + <usize>o * stride;
    gatherLanes(weight + at, stride, lanes, lanes8);
    if (layer.sharedPositions) gatherLanes(position + bumpAt, 0, lanes, lanes8 + WIDTH);
    else gatherLanes(position + at, stride, lanes, lanes8 + WIDTH);
    for (let lane: usize = 0; lane < WIDTH; lane += 16) {
      const c = centre(layer, v128.load(lanes8 + WIDTH + lane));
      normalisedBump(layer, c, x + lane, gPosition ? slope + lane : 0);
      let along = f32x4.splat(0);
      let across = f32x4.splat(0);
      for (let s = 0; s < layer.taps; s++) {
        const from = <usize>s * WIDTH + lane;
        const gTap = v128.load(gKernel + from);
        along = f32x4.add(along, f32x4.mul(gTap, v128.load(x + from)));
        if (gPosition) across = f32x4.add(across, f32x4.mul(gTap, v128.load(slope + from)));
      }
      v128.store(lanes8 + WIDTH + lane, f32x4.mul(v128.load(lanes8 + lane), across));
      v128.store(lanes8 + lane, along);
    }
    for (let lane = 0; lane < lanes; lane++) {
      const from = lanes8 + ((<usize>lane) << 2);
      const to = at + <usize>lane * stride;
      if (gWeight) store<f32>(gWeight + to, load<f32>(from));
      if (!gPosition) continue;
      const value = load<f32>(from + WIDTH);
      if (layer.sharedPositions) store<f32>(gPosition + bumpAt, load<f32>(gPosition + bumpAt) + value);
      else store<f32>(gPosition + to, value);
    }
  }
}
