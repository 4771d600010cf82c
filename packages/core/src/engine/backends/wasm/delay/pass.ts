/**
 * The transforms of one forward or backward pass of a layer with delays.
 * One path: sequences and kernels to frequencies and back, by products with tables that are packed once per pass.
 * Measured in bench/LAB.md, Delays.
 */
import type { DelayBackward, DelayKernel, DelaySize, Storage } from "../../../backend/index.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type Period, Tables, tilePanelsLength } from "./period.ts";
import {
  allocateKernelSpectrum,
  allocateSpectrum,
  type KernelSpectrum,
  segmentsOf,
  type Sequence,
  spectralKernel,
  type Spectrum,
  type Window,
} from "./spectra.ts";

/** Rows of a sequence, or inputs of a kernel, per unit of work. */
const GRAIN = 8;

/** The transforms of one layer's forward or backward pass. */
export class Pass {
  readonly #runtime: Runtime;
  readonly #size: DelaySize;
  readonly #period: Period;
  readonly #tables: Tables;

  constructor(runtime: Runtime, size: DelaySize, period: Period) {
    this.#runtime = runtime;
    this.#size = size;
    this.#period = period;
    this.#tables = new Tables(period.length);
  }

  allocate(channels: number): Spectrum {
    return allocateSpectrum(this.#runtime, this.#period, { batch: this.#size.batch, channels });
  }

  /** Spectra of a sequence's segments. */
  transform(sequence: Sequence, window: Window): Spectrum {
    const spectrum = this.allocate(sequence.channels);
    const segments = segmentsOf(this.#period, sequence, window, spectrum.lineStride);
    const write = (out: Float32Array): void => this.#tables.writeForward(out);
    this.#withTable(this.#tables.transformLength, write, (tables) => {
      const operands = { segments, x: sequence.x, tables, spectrum: spectrum.storage };
      this.#runtime.run("delayTransform", spectrum.rows, GRAIN, operands);
    });
    return spectrum;
  }

  /** The first steps of each segment, back from their spectra. */
  inverse(spectrum: Spectrum, sequence: Sequence): void {
    const segments = segmentsOf(this.#period, sequence, { before: 0, after: 0 }, spectrum.lineStride);
    const write = (out: Float32Array): void => this.#tables.writeInverse(out);
    this.#withTable(this.#tables.transformLength, write, (tables) => {
      const operands = { segments, x: sequence.x, tables, spectrum: spectrum.storage };
      this.#runtime.run("delayInverse", spectrum.rows, GRAIN, operands);
    });
  }

  kernelSpectrum(kernel: DelayKernel, weight: Storage, position: Storage): KernelSpectrum {
    const { taps, inputs } = this.#size;
    const planes = allocateKernelSpectrum(this.#runtime, this.#period, this.#size);
    const layer = spectralKernel(this.#period, this.#size, kernel, planes);
    const write = (out: Float32Array): void => this.#tables.writeKernel(taps, out);
    this.#withTable(tilePanelsLength(this.#period.length + 2, taps), write, (table) => {
      const operands = { layer, weight, position, table, out: planes.storage };
      this.#runtime.run("delaySpectra", inputs, GRAIN, operands);
    });
    return planes;
  }

  kernelGradients(kernel: DelayKernel, gKernel: KernelSpectrum, buffers: DelayBackward): void {
    const { taps, inputs } = this.#size;
    const { weight, position, gWeight, gPosition } = buffers;
    const layer = spectralKernel(this.#period, this.#size, kernel, gKernel);
    const write = (out: Float32Array): void => this.#tables.writeTaps(taps, out);
    this.#withTable(tilePanelsLength(taps, this.#period.length + 2), write, (table) => {
      const operands = { layer, gSpectra: gKernel.storage, table, weight, position, gWeight, gPosition };
      this.#runtime.run("delayGradients", inputs, GRAIN, operands);
    });
  }

  #withTable(length: number, write: (out: Float32Array) => void, work: (table: Storage) => void): void {
    this.#runtime.scratch(length, (table) => {
      write(this.#runtime.values(table));
      work(table);
    });
  }
}
