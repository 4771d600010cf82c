/**
 * Spectra of sequences and of kernels with delays, and their products, as records for the kernels.
 * One path: a complex matrix product per frequency, on a register tile of eight columns.
 * Measured in bench/LAB.md, Delays.
 */
import type { DelayKernel, DelaySize, Storage } from "../../../backend/index.ts";
import type { Segments, SpectralKernel } from "../runtime/kernel-calls.generated.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { WasmStorage } from "../runtime/storage.ts";
import type { Period } from "./period.ts";

/** Columns of the register tile. */
const TILE = 8;
/** Columns per unit of work of the products; BLOCK_COLS of assembly/delay/products.ts. */
const BLOCK_COLS = 128;
/** Numbers between lines that would otherwise fall on the same places of the caches. */
const GAP = 16;

/** Spectra [rows][frequency][real, imaginary][channels, padded]. */
export interface Spectrum {
  readonly storage: WasmStorage;
  readonly rows: number;
  readonly channels: number;
  readonly lineStride: number;
}

/** Spectra of kernels, [frequency][real, imaginary][inputs][outputs, padded]. */
export interface KernelSpectrum {
  readonly storage: WasmStorage;
  readonly planeStride: number;
  readonly rowStride: number;
}

/** How far a window reaches before the begin of a segment, and after it. */
export interface Window {
  readonly before: number;
  readonly after: number;
}

/** A sequence x [steps, batch, channels]. */
export interface Sequence {
  readonly x: Storage;
  readonly steps: number;
  readonly batch: number;
  readonly channels: number;
}

function frequenciesOf(period: Period): number {
  return period.length / 2 + 1;
}

function padded(channels: number): number {
  return Math.ceil(channels / TILE) * TILE;
}

export function allocateSpectrum(
  runtime: Runtime,
  period: Period,
  { batch, channels }: Pick<Sequence, "batch" | "channels">,
): Spectrum {
  const lineStride = padded(channels) + GAP;
  const rows = batch * period.segments;
  const storage = runtime.allocate(rows * frequenciesOf(period) * 2 * lineStride, "step");
  return { storage, rows, channels, lineStride };
}

export function allocateKernelSpectrum(runtime: Runtime, period: Period, size: DelaySize): KernelSpectrum {
  const rowStride = padded(size.outputs);
  const planeStride = size.inputs * rowStride + GAP;
  const storage = runtime.allocate(frequenciesOf(period) * 2 * planeStride, "step");
  return { storage, planeStride, rowStride };
}

/** How the sequence is cut. */
export function segmentsOf(
  { segments: count, stride, length }: Period,
  { steps, batch, channels }: Sequence,
  window: Window,
  lineStride: number,
): Segments {
  return { steps, batch, channels, count, stride, ...window, quarter: length / 4, lineStride };
}

/** A layer's kernel; `planes` says how its spectra lie. */
export function spectralKernel(
  period: Period,
  size: DelaySize,
  { shape, sigma, rounded }: DelayKernel,
  { planeStride, rowStride }: KernelSpectrum,
): SpectralKernel {
  const frequencies = frequenciesOf(period);
  return { ...size, sigma, frequencies, planeStride, rowStride, shape: rounded ? "rounded" : shape };
}

/** A complex matrix for each frequency, by storage and strides. */
export interface ComplexMatrix {
  readonly pointer: Storage;
  readonly rows: number;
  readonly cols: number;
  readonly rowStride: number;
  readonly colStride: number;
  readonly frequencyStride: number;
  readonly imaginary: number;
  readonly isConjugate: boolean;
}

/** Rows x channels. */
export function matrixOf({ storage, rows, channels, lineStride }: Spectrum): ComplexMatrix {
  return {
    pointer: storage,
    rows,
    cols: channels,
    colStride: 1,
    frequencyStride: 2 * lineStride,
    imaginary: lineStride,
    rowStride: storage.length / rows,
    isConjugate: false,
  };
}

/** Inputs x outputs. */
export function kernelMatrixOf(
  { inputs, outputs }: DelaySize,
  { storage, planeStride, rowStride }: KernelSpectrum,
): ComplexMatrix {
  return {
    pointer: storage,
    rows: inputs,
    cols: outputs,
    rowStride,
    colStride: 1,
    frequencyStride: 2 * planeStride,
    imaginary: planeStride,
    isConjugate: false,
  };
}

/** The same matrices transposed and conjugate. */
export function adjoint(m: ComplexMatrix): ComplexMatrix {
  const { rows, cols, rowStride, colStride } = m;
  const exchanged = { rows: cols, cols: rows, rowStride: colStride, colStride: rowStride };
  return { ...m, ...exchanged, isConjugate: !m.isConjugate };
}

/** `c = a b` at every frequency; at most one of the factors is conjugate. */
export function multiplySpectra(
  runtime: Runtime,
  period: Period,
  a: ComplexMatrix,
  b: ComplexMatrix,
  c: ComplexMatrix,
): void {
  const frequencies = frequenciesOf(period);
  const blocks = Math.ceil(c.cols / BLOCK_COLS);
  const signs = {
    sign: a.isConjugate || b.isConjugate ? 1 : -1,
    aSign: a.isConjugate ? -1 : 1,
    bSign: b.isConjugate ? -1 : 1,
  };
  const product = { ...signs, rows: c.rows, cols: c.cols, depth: a.cols, frequencies };
  runtime.run("delayProducts", frequencies * blocks, 1, { product, a, b, c, blocks });
}
