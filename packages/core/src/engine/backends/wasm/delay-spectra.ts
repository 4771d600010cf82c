/** Spectra of sequences and of kernels with delays, and their products, as records for the kernels. */
import type { DelayKernel, DelaySize } from "../../backend-delays.ts";
import type { Period } from "./delay-period.ts";
import type { Machine } from "./machine.ts";
import type { WasmStorage } from "./storage.ts";

/** Columns of the register tile. */
const TILE = 8;
/** Columns of a unit of work of the products; BLOCK_COLS of assembly/delay-products.ts. */
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

/** A sequence [steps, batch, channels] by address. */
export interface Sequence {
  readonly pointer: number;
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
  machine: Machine,
  period: Period,
  { batch, channels }: Pick<Sequence, "batch" | "channels">,
): Spectrum {
  const lineStride = padded(channels) + GAP;
  const rows = batch * period.segments;
  const storage = machine.allocate(rows * frequenciesOf(period) * 2 * lineStride, "step");
  return { storage, rows, channels, lineStride };
}

export function allocateKernelSpectrum(machine: Machine, period: Period, size: DelaySize): KernelSpectrum {
  const rowStride = padded(size.outputs);
  const planeStride = size.inputs * rowStride + GAP;
  const storage = machine.allocate(frequenciesOf(period) * 2 * planeStride, "step");
  return { storage, planeStride, rowStride };
}

/** The record of assembly/delay-transform.ts. */
export function frameOf(
  period: Period,
  sequence: Sequence,
  window: { readonly before: number; readonly after: number },
  lineStride: number,
): number[] {
  const { steps, batch, channels } = sequence;
  const { segments, stride, length } = period;
  return [steps, batch, channels, segments, stride, window.before, window.after, length / 4, lineStride];
}

const SHAPES = { gauss: 0, max: 1 } as const;
const ROUNDED = 2;

/** The record of assembly/delay-kernel.ts; `planes` says how its spectra lie. */
export function layerRecord(
  machine: Machine,
  period: Period,
  size: DelaySize,
  kernel: DelayKernel,
  planes: KernelSpectrum,
): number {
  const { inputs, outputs, taps, kernelCount, sharedPositions } = size;
  const shape = kernel.rounded ? ROUNDED : SHAPES[kernel.shape];
  return machine.record(
    [kernel.sigma],
    [
      ...[inputs, outputs, taps, kernelCount, frequenciesOf(period)],
      ...[planes.planeStride, planes.rowStride, shape, Number(sharedPositions)],
    ],
  );
}

/** A complex matrix for each frequency, by address and strides. */
export interface ComplexMatrix {
  readonly pointer: number;
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
    pointer: storage.pointer,
    ...{ rows, cols: channels, colStride: 1, frequencyStride: 2 * lineStride, imaginary: lineStride },
    ...{ rowStride: storage.length / rows, isConjugate: false },
  };
}

/** Inputs x outputs. */
export function kernelMatrixOf(
  { inputs, outputs }: DelaySize,
  { storage, planeStride, rowStride }: KernelSpectrum,
): ComplexMatrix {
  return {
    ...{ pointer: storage.pointer, rows: inputs, cols: outputs, rowStride, colStride: 1 },
    ...{ frequencyStride: 2 * planeStride, imaginary: planeStride, isConjugate: false },
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
  machine: Machine,
  period: Period,
  a: ComplexMatrix,
  b: ComplexMatrix,
  c: ComplexMatrix,
): void {
  const frequencies = frequenciesOf(period);
  const blocks = Math.ceil(c.cols / BLOCK_COLS);
  const signs = [a.isConjugate || b.isConjugate ? 1 : -1, a.isConjugate ? -1 : 1, b.isConjugate ? -1 : 1];
  const operands = machine.record(signs, [
    ...[c.rows, c.cols, a.cols, frequencies],
    ...[c.pointer, c.rowStride, c.frequencyStride, c.imaginary],
    ...addressing(a),
    ...addressing(b),
  ]);
  machine.run("delayProducts", frequencies * blocks, 1, [operands, blocks]);
}

function addressing({ rowStride, colStride, pointer, frequencyStride, imaginary }: ComplexMatrix): number[] {
  return [rowStride, colStride, pointer, frequencyStride, imaginary];
}
