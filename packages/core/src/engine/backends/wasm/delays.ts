import type { ConvSize, ImageSize, Storage } from "../../backend.ts";
import type {
  DelayBackend,
  DelayBackward,
  DelayForward,
  DelayKernel,
  DelayMemory,
  DelaySize,
} from "../../backend-delays.ts";
import { arrivalsPay, delayArrivals } from "./delay-arrivals.ts";
import { choosePeriod, type Period, Tables, tilePanelsLength } from "./delay-period.ts";
import { delaySeries, seriesFit } from "./delay-series.ts";
import {
  adjoint,
  allocateKernelSpectrum,
  allocateSpectrum,
  frameOf,
  kernelMatrixOf,
  type KernelSpectrum,
  layerRecord,
  matrixOf,
  multiplySpectra,
  type Sequence,
  type Spectrum,
} from "./delay-spectra.ts";
import { frame } from "./frame.ts";
import type { Machine } from "./machine.ts";
import { addressOf, type WasmStorage } from "./storage.ts";

/** Rows of a sequence, or inputs of a kernel, a unit of work. */
const GRAIN = 8;

/** What a forward pass leaves for the backward pass. */
interface Kept {
  readonly period: Period;
  readonly input: Spectrum;
  readonly kernel: KernelSpectrum;
}

/** How far a window reaches before the begin of a segment, and after it. */
interface Window {
  readonly before: number;
  readonly after: number;
}

/**
 * Layers with delays on WebAssembly kernels. Time is transformed to frequencies, where a layer with
 * delays is one complex matrix product a frequency, whatever the width of its bumps.
 */
export class WasmDelays implements DelayBackend {
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  forward(
    size: DelaySize,
    kernel: DelayKernel,
    buffers: DelayForward,
    keep: boolean,
  ): DelayMemory | undefined {
    if (kernel.rounded && !keep && this.#addsWhole(size, buffers)) return undefined;
    const period = choosePeriod(size);
    const pass = new Pass(this.#machine, size, period);
    const input = pass.transform(inputOf(size, buffers.x), { before: size.taps - 1, after: period.stride });
    const spectrum = pass.kernelSpectrum(kernel, buffers.weight, buffers.position);
    const output = pass.allocate(size.outputs);
    multiplySpectra(this.#machine, period, matrixOf(input), kernelMatrixOf(size, spectrum), matrixOf(output));
    pass.inverse(output, outputOf(size, buffers.y));
    this.#release(output);
    if (keep) return { period, input, kernel: spectrum } satisfies Kept;
    this.#release(input, spectrum);
    return undefined;
  }

  /** A forward pass with delays of whole steps; false when it does not fit into the threads' memory. */
  #addsWhole(size: DelaySize, buffers: DelayForward): boolean {
    if (arrivalsPay(this.#machine, size, buffers)) delayArrivals(this.#machine, size, buffers);
    else if (seriesFit(size)) delaySeries(this.#machine, size, buffers);
    else return false;
    return true;
  }

  backward(
    size: DelaySize,
    kernel: DelayKernel,
    buffers: DelayBackward,
    memory: DelayMemory | undefined,
  ): void {
    const { period, input, kernel: spectrum } = memory as Kept;
    const pass = new Pass(this.#machine, size, period);
    const { gx, gy, gWeight, gPosition } = buffers;
    const gOutput = pass.transform(outputOf(size, gy), { before: 0, after: period.stride });
    if (gWeight || gPosition) {
      const gKernel = allocateKernelSpectrum(this.#machine, period, size);
      const product = kernelMatrixOf(size, gKernel);
      multiplySpectra(this.#machine, period, adjoint(matrixOf(input)), matrixOf(gOutput), product);
      pass.kernelGradients(kernel, gKernel, buffers);
      this.#release(gKernel);
    }
    this.#release(input);
    if (gx) this.#inputGradient(pass, period, size, buffers, gOutput, spectrum);
    this.#release(gOutput, spectrum);
  }

  /** A segment of gx depends on gy up to Kd - 1 steps after it; in a single segment that is all of gy anyway. */
  #inputGradient(
    pass: Pass,
    period: Period,
    size: DelaySize,
    { gx, gy }: DelayBackward,
    gOutput: Spectrum,
    spectrum: KernelSpectrum,
  ): void {
    const isWhole = period.segments === 1;
    const window = { before: 0, after: period.stride + size.taps - 1 };
    const g = isWhole ? gOutput : pass.transform(outputOf(size, gy), window);
    const gInput = pass.allocate(size.inputs);
    const transposed = adjoint(kernelMatrixOf(size, spectrum));
    multiplySpectra(this.#machine, period, matrixOf(g), transposed, matrixOf(gInput));
    pass.inverse(gInput, inputOf(size, gx as Storage));
    this.#release(gInput);
    if (!isWhole) this.#release(g);
  }

  clampPositions(position: Storage, limit: number): void {
    this.#machine.each("clampPositions", position.length, [addressOf(position), limit]);
  }

  patches(size: ConvSize, x: Storage, rows: Storage): void {
    this.#patches("delayPatches", size, x, rows);
  }

  patchesBackward(size: ConvSize, gRows: Storage, gx: Storage): void {
    this.#patches("delayPatchesBackward", size, gRows, gx);
  }

  /** Images are kept channels last. */
  rowsToImage(_size: ImageSize, rows: Storage, image: Storage): void {
    this.#machine.each("copy", image.length, [addressOf(rows), addressOf(image)]);
  }

  imageToRows(size: ImageSize, image: Storage, rows: Storage): void {
    this.rowsToImage(size, image, rows);
  }

  #patches(
    kernel: "delayPatches" | "delayPatchesBackward",
    size: ConvSize,
    from: Storage,
    to: Storage,
  ): void {
    const record = this.#machine.record([], [...frame(size), size.inChannels]);
    this.#machine.run(kernel, size.planes, 1, [record, addressOf(from), addressOf(to)]);
  }

  #release(...spectra: readonly { readonly storage: WasmStorage }[]): void {
    for (const { storage } of spectra) this.#machine.release(storage);
  }
}

function inputOf({ steps, batch, inputs }: DelaySize, x: Storage): Sequence {
  return { pointer: addressOf(x), steps, batch, channels: inputs };
}

function outputOf({ outSteps, batch, outputs }: DelaySize, y: Storage): Sequence {
  return { pointer: addressOf(y), steps: outSteps, batch, channels: outputs };
}

/** The transforms of one layer's forward or backward pass. */
class Pass {
  readonly #machine: Machine;
  readonly #size: DelaySize;
  readonly #period: Period;
  readonly #tables: Tables;

  constructor(machine: Machine, size: DelaySize, period: Period) {
    this.#machine = machine;
    this.#size = size;
    this.#period = period;
    this.#tables = new Tables(period.length);
  }

  allocate(channels: number): Spectrum {
    return allocateSpectrum(this.#machine, this.#period, { batch: this.#size.batch, channels });
  }

  /** Spectra of a sequence's segments. */
  transform(sequence: Sequence, window: Window): Spectrum {
    const spectrum = this.allocate(sequence.channels);
    this.#withTable(
      this.#tables.transformLength,
      (out) => this.#tables.writeForward(out),
      (table) => {
        const record = this.#machine.record([], frameOf(this.#period, sequence, window, spectrum.lineStride));
        const args = [record, sequence.pointer, table, spectrum.storage.pointer];
        this.#machine.run("delayTransform", spectrum.rows, GRAIN, args);
      },
    );
    return spectrum;
  }

  /** The first steps of each segment, back from their spectra. */
  inverse(spectrum: Spectrum, sequence: Sequence): void {
    this.#withTable(
      this.#tables.transformLength,
      (out) => this.#tables.writeInverse(out),
      (table) => {
        const window = { before: 0, after: 0 };
        const record = this.#machine.record([], frameOf(this.#period, sequence, window, spectrum.lineStride));
        const args = [record, sequence.pointer, table, spectrum.storage.pointer];
        this.#machine.run("delayInverse", spectrum.rows, GRAIN, args);
      },
    );
  }

  kernelSpectrum(kernel: DelayKernel, weight: Storage, position: Storage): KernelSpectrum {
    const { taps, inputs } = this.#size;
    const planes = allocateKernelSpectrum(this.#machine, this.#period, this.#size);
    this.#withTable(
      tilePanelsLength(this.#period.length + 2, taps),
      (out) => this.#tables.writeKernel(taps, out),
      (table) => {
        const layer = layerRecord(this.#machine, this.#period, this.#size, kernel, planes);
        const args = [layer, addressOf(weight), addressOf(position), table, planes.storage.pointer];
        this.#machine.run("delaySpectra", inputs, GRAIN, args);
      },
    );
    return planes;
  }

  kernelGradients(kernel: DelayKernel, gKernel: KernelSpectrum, buffers: DelayBackward): void {
    const { taps, inputs } = this.#size;
    const { weight, position, gWeight, gPosition } = buffers;
    this.#withTable(
      tilePanelsLength(taps, this.#period.length + 2),
      (out) => this.#tables.writeTaps(taps, out),
      (table) => {
        const layer = layerRecord(this.#machine, this.#period, this.#size, kernel, gKernel);
        const tensors = [weight, position, gWeight, gPosition].map(addressOf);
        this.#machine.run("delayGradients", inputs, GRAIN, [
          layer,
          gKernel.storage.pointer,
          table,
          ...tensors,
        ]);
      },
    );
  }

  #withTable(length: number, write: (out: Float32Array) => void, work: (table: number) => void): void {
    this.#machine.lend(length, (storage) => {
      write(this.#machine.numbers(storage));
      work(storage.pointer);
    });
  }
}
