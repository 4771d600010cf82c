import type { GridPlaces, TransferTable } from "./transfer-table.ts";

/** A fast Fourier transform of one size; complex numbers are real and imaginary parts in turn. */
export interface Transform {
  /** The first half of the transform of real numbers. */
  realTransform(out: Float64Array, input: Float64Array): void;
  /** The inverse transform, divided by the size. */
  inverseTransform(out: Float64Array, input: Float64Array): void;
}

/** Makes the transform of a size, a power of two. */
export type FFTClass = new (size: number) => Transform;

/** The library's class, loaded when it is first needed: a browser without a bundler may do without a cochlea. */
export async function loadFFT(): Promise<FFTClass> {
  const { default: FFT } = await import("fft.js");
  return FFT;
}

/** Step 2: the sound's spectrum, and from it the velocity of two places at a time. */
export class Spectra {
  /** Steps of the velocity, a power of two. */
  readonly size: number;
  /** f64 [size]: the velocity at the two places that were asked for last. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  private readonly table: TransferTable;
  private readonly places: GridPlaces;
  private readonly stepRate: number;
  private readonly forward: Transform;
  private readonly backward: Transform;
  private readonly padded: Float64Array;
  private readonly sound: Float64Array;
  private readonly product: Float64Array;
  private readonly result: Float64Array;
  /** Bins of the sound's spectrum that are not empty. */
  private bins = 0;

  /** @param stepRate steps per second */
  constructor(size: number, stepRate: number, table: TransferTable, FFT: FFTClass) {
    this.size = size;
    this.stepRate = stepRate;
    this.table = table;
    this.places = table.locate(stepRate / size, size);
    this.forward = new FFT(2 * size);
    this.backward = new FFT(size);
    this.padded = new Float64Array(2 * size);
    this.sound = new Float64Array(4 * size);
    this.product = new Float64Array(2 * size);
    this.result = new Float64Array(2 * size);
    this.first = new Float64Array(size);
    this.second = new Float64Array(size);
  }

  /** @param highest the highest frequency in the sound, in hertz */
  hear(samples: Float64Array, highest: number): void {
    this.bins = Math.min(this.size, Math.ceil((1.05 * highest * this.size) / this.stepRate));
    this.padded.fill(0);
    this.padded.set(samples);
    this.forward.realTransform(this.sound, this.padded);
  }

  /**
   * The real parts of the inverse transforms A and B of two products of spectrum and response. Only positive frequencies
   * are in them, so they come at half the rate. One transform does both: of the Hermitian part of A plus i times that of
   * B, whose inverse is Re A + i Re B.
   */
  respond(channel: number, other: number | undefined): void {
    this.product.fill(0);
    this.addResponse(channel, 1, 0);
    if (other !== undefined) this.addResponse(other, 0, 1);
    this.backward.inverseTransform(this.result, this.product);
    for (let i = 0; i < this.size; i++) {
      this.first[i] = this.result[2 * i]!;
      this.second[i] = this.result[2 * i + 1]!;
    }
  }

  /** Adds `(re + i im)` times the Hermitian part of a channel's spectrum to the product. */
  private addResponse(channel: number, re: number, im: number): void {
    const { product, sound, size } = this;
    const { point, weights } = this.places;
    const row = this.table.row(channel);
    const end = this.table.ends[channel]!;
    for (let bin = 1; bin < this.bins; bin++) {
      const base = point[bin]!;
      if (base < 0) continue;
      if (base + 2 >= end) break;
      const w = 4 * bin;
      const at = 2 * base - 2;
      const vRe =
        weights[w]! * row[at]! +
        weights[w + 1]! * row[at + 2]! +
        weights[w + 2]! * row[at + 4]! +
        weights[w + 3]! * row[at + 6]!;
      const vIm =
        weights[w]! * row[at + 1]! +
        weights[w + 1]! * row[at + 3]! +
        weights[w + 2]! * row[at + 5]! +
        weights[w + 3]! * row[at + 7]!;
      const xRe = (sound[2 * bin]! * vRe - sound[2 * bin + 1]! * vIm) / 2;
      const xIm = (sound[2 * bin]! * vIm + sound[2 * bin + 1]! * vRe) / 2;
      const mirror = 2 * (size - bin);
      product[2 * bin] = product[2 * bin]! + re * xRe - im * xIm;
      product[2 * bin + 1] = product[2 * bin + 1]! + re * xIm + im * xRe;
      product[mirror] = product[mirror]! + re * xRe + im * xIm;
      product[mirror + 1] = product[mirror + 1]! - re * xIm + im * xRe;
    }
  }
}
