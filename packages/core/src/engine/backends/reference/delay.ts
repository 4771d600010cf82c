/**
 * Fully connected layers with delays; the equations stand in backend/delay.ts.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { ConvSize, DelayBackend, DelayKernel, DelaySize } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";

/** Added to the sum that a bump is divided by. */
const EPSILON = 1e-7;

/** X[s] of one bump, and its derivative with respect to the position. */
interface Bump {
  readonly taps: Float64Array;
  readonly slope: Float64Array;
}

/** The bump at position p. */
export function bumpAt(kernel: DelayKernel, taps: number, p: number): Bump {
  const half = (taps - 1) / 2;
  if (kernel.rounded) return roundedBump(taps, half, p);
  const distance = Float64Array.from({ length: taps }, (_, s) => s - (p + half));
  const [e, de] = kernel.shape === "gauss" ? gauss(distance, kernel.sigma) : triangle(distance, kernel.sigma);
  const z = total(e) + EPSILON;
  const dz = total(de);
  return { taps: e.map((value) => value / z), slope: de.map((d, s) => d / z - (e[s]! * dz) / (z * z)) };
}

function roundedBump(taps: number, half: number, p: number): Bump {
  const place = Math.max(-half, Math.min(half, roundHalfToEven(p))) + half;
  const bump = new Float64Array(taps);
  bump[place] = 1 / (1 + EPSILON);
  return { taps: bump, slope: new Float64Array(taps) };
}

function roundHalfToEven(p: number): number {
  const below = Math.floor(p);
  if (p - below !== 0.5) return Math.round(p);
  return below % 2 === 0 ? below : below + 1;
}

/** exp(-d^2 / (2 sigma^2)) and its derivative with respect to p, at distances d = s - c. */
function gauss(distance: Float64Array, sigma: number): [Float64Array, Float64Array] {
  const e = distance.map((d) => Math.exp((-d * d) / (2 * sigma * sigma)));
  return [e, e.map((value, s) => (value * distance[s]!) / (sigma * sigma))];
}

/** max(0, sigma - |d|) and its derivative with respect to p. */
function triangle(distance: Float64Array, sigma: number): [Float64Array, Float64Array] {
  const e = distance.map((d) => Math.max(0, sigma - Math.abs(d)));
  return [e, distance.map((d) => (Math.abs(d) < sigma ? Math.sign(d) : 0))];
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Calls `visit` for each bump, with the places of its weight and of its position. */
function forEachBump(
  size: DelaySize,
  visit: (o: number, i: number, weightAt: number, positionAt: number) => void,
): void {
  const { inputs, outputs, kernelCount, sharedPositions } = size;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let k = 0; k < kernelCount; k++) {
        const inRow = i * kernelCount + k;
        const weightAt = o * inputs * kernelCount + inRow;
        visit(o, i, weightAt, sharedPositions ? inRow : weightAt);
      }
    }
  }
}

/** K [O, I, Kd]. */
function buildKernel(
  size: DelaySize,
  kernel: DelayKernel,
  weight: Float64Array,
  position: Float64Array,
): Float64Array {
  const { inputs, outputs, taps } = size;
  const built = new Float64Array(outputs * inputs * taps);
  forEachBump(size, (o, i, weightAt, positionAt) => {
    const bump = bumpAt(kernel, taps, position[positionAt]!).taps;
    for (let s = 0; s < taps; s++) built[(o * inputs + i) * taps + s]! += weight[weightAt]! * bump[s]!;
  });
  return built;
}

/** Calls `visit` for every product that the layer consists of: places in x, in y and in the kernel. */
function forEachProduct(size: DelaySize, visit: (x: number, y: number, kernel: number) => void): void {
  const { steps, outSteps, batch, inputs, outputs, taps } = size;
  for (let t = 0; t < outSteps; t++) {
    for (let s = Math.max(0, taps - 1 - t); s < taps; s++) {
      const from = t + s - (taps - 1);
      if (from >= steps) break;
      for (let b = 0; b < batch; b++) {
        const [xRow, yRow] = [(from * batch + b) * inputs, (t * batch + b) * outputs];
        for (let o = 0; o < outputs; o++) {
          for (let i = 0; i < inputs; i++) visit(xRow + i, yRow + o, (o * inputs + i) * taps + s);
        }
      }
    }
  }
}

/** The operations of `DelayBackend`. */
export const delay: OnArrays<DelayBackend> = {
  /** y of the equations. */
  forward(size, { x, weight, position, y }, { kernel }) {
    const built = buildKernel(size, kernel, weight, position);
    y.fill(0);
    forEachProduct(size, (xAt, yAt, at) => {
      y[yAt]! += built[at]! * x[xAt]!;
    });
  },

  /** gx by the transposed products; G = dL/dK, gWeight = sum_s G X, gPosition = w sum_s G dX/dp. */
  backward(size, buffers, { kernel }) {
    const { x, weight, position, gy, gx, gWeight, gPosition } = buffers;
    const built = buildKernel(size, kernel, weight, position);
    const gKernel = new Float64Array(built.length);
    gx?.fill(0);
    forEachProduct(size, (xAt, yAt, at) => {
      if (gx) gx[xAt]! += built[at]! * gy[yAt]!;
      gKernel[at]! += gy[yAt]! * x[xAt]!;
    });
    gPosition?.fill(0);
    forEachBump(size, (o, i, weightAt, positionAt) => {
      const bump = bumpAt(kernel, size.taps, position[positionAt]!);
      const first = (o * size.inputs + i) * size.taps;
      const along = (values: Float64Array) =>
        values.reduce((sum, value, s) => sum + value * gKernel[first + s]!, 0);
      if (gWeight) gWeight[weightAt] = along(bump.taps);
      if (gPosition) gPosition[positionAt]! += weight[weightAt]! * along(bump.slope);
    });
  },

  /** rows[plane, pixel, (c, ky, kx)] = x at that place of the pixel's patch. */
  patches(size, { x, rows }) {
    forEachPatchValue(size, (row, image) => (rows[row] = image === undefined ? 0 : x[image]!));
  },

  /** gx = sum of gRows over all patches that a pixel is in. */
  patchesBackward(size, { gRows, gx }) {
    gx.fill(0);
    forEachPatchValue(size, (row, image) => {
      if (image !== undefined) gx[image]! += gRows[row]!;
    });
  },
};

/** Calls `visit` with the places of each value of each patch: in the rows, and in the image. */
function forEachPatchValue(size: ConvSize, visit: (row: number, image: number | undefined) => void): void {
  const { planes, inChannels, inHeight, inWidth, outHeight, outWidth, kernelHeight, kernelWidth } = size;
  let row = 0;
  for (let pixel = 0; pixel < planes * outHeight * outWidth; pixel++) {
    const plane = Math.floor(pixel / (outHeight * outWidth));
    const top = (Math.floor(pixel / outWidth) % outHeight) * size.stride - size.padding;
    const left = (pixel % outWidth) * size.stride - size.padding;
    for (let c = 0; c < inChannels; c++) {
      for (let place = 0; place < kernelHeight * kernelWidth; place++) {
        const [y, x] = [top + Math.floor(place / kernelWidth), left + (place % kernelWidth)];
        const isInside = y >= 0 && y < inHeight && x >= 0 && x < inWidth;
        visit(row++, isInside ? ((plane * inChannels + c) * inHeight + y) * inWidth + x : undefined);
      }
    }
  }
}
