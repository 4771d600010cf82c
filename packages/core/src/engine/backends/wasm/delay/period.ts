/**
 * How long the Fourier transforms of a layer with delays are, and their tables.
 * A sequence as a whole, or cut into segments that overlap by the kernel, whichever costs fewer multiplications.
 * Measured in bench/LAB.md, Delays.
 */
import type { DelaySize } from "../../../backend/index.ts";

/** How a sequence is cut for Fourier transforms. */
export interface Period {
  /** N, a multiple of 4. */
  readonly length: number;
  /** Output steps are computed in so many pieces, as so many more samples. */
  readonly segments: number;
  /** Steps from one segment to the next. */
  readonly stride: number;
}

/** Periods longer than the kernel by more than this are tried for a whole sequence only. */
const MOST_STEPS = 512;

/**
 * The cheapest way to cut the output: one segment of the whole sequence, or several that overlap by
 * the kernel. Work counts multiplications: the products of spectra take 3/2 a number, a transform
 * N / 4, and the kernel's spectrum is computed once per batch.
 */
export function choosePeriod(size: DelaySize): Period {
  const { steps, outSteps, taps } = size;
  let best = { length: toQuarters(Math.max(steps + taps - 1, outSteps)), segments: 1, stride: outSteps };
  for (let length = toQuarters(taps); length < taps + MOST_STEPS; length += 4) {
    const stride = length - taps + 1;
    const period = { length, segments: Math.ceil(outSteps / stride), stride };
    if (period.segments > 1 && workOf(size, period) < workOf(size, best)) best = period;
  }
  return best;
}

function toQuarters(length: number): number {
  return 4 * Math.ceil(length / 4);
}

function workOf({ batch, inputs, outputs, taps }: DelaySize, { length, segments }: Period): number {
  const products = 1.5 * inputs * outputs;
  const transforms = (length / 4) * (inputs + outputs);
  return length * (batch * segments * (products + transforms) + 2 * taps * inputs * outputs);
}

/** Rows of the register tile. */
const TILE_ROWS = 6;

/** A matrix as panels [rows / 6][cols][6] for the register tile, zero-padded, written to `out`. */
function tilePanels(
  rows: number,
  cols: number,
  value: (row: number, col: number) => number,
  out: Float32Array,
): void {
  out.fill(0);
  for (let r = 0; r < rows; r++) {
    const panel = Math.floor(r / TILE_ROWS) * TILE_ROWS * cols + (r % TILE_ROWS);
    for (let c = 0; c < cols; c++) out[panel + c * TILE_ROWS] = value(r, c);
  }
}

/** Numbers of a rows x cols matrix as `tilePanels`. */
export function tilePanelsLength(rows: number, cols: number): number {
  return Math.ceil(rows / TILE_ROWS) * TILE_ROWS * cols;
}

/** cos and sin of 2 pi k / N, exact at the quarters. */
class Waves {
  readonly #length: number;
  readonly #cosines: Float64Array;

  constructor(length: number) {
    this.#length = length;
    this.#cosines = Float64Array.from({ length }, (_, k) =>
      (4 * k) % length === 0 ? [1, 0, -1, 0][(4 * k) / length]! : Math.cos((2 * Math.PI * k) / length),
    );
  }

  cos(k: number): number {
    return this.#cosines[k % this.#length]!;
  }

  /** sin of 2 pi k / N, for k >= 0. */
  sin(k: number): number {
    return this.cos(k + 3 * (this.#length / 4));
  }
}

/** Tables of the transforms of period N; see assembly/delay/transform.ts. */
export class Tables {
  readonly #length: number;
  readonly #waves: Waves;

  constructor(length: number) {
    this.#length = length;
    this.#waves = new Waves(length);
  }

  /** Numbers of the four tables together, for either way. */
  get transformLength(): number {
    const size = this.#length / 4 + 1;
    return 4 * tilePanelsLength(size, size);
  }

  /** Four tables frequency x number: even and odd frequencies, cosines and minus sines of each. */
  writeForward(out: Float32Array): void {
    const quarter = this.#length / 4;
    this.#writeFour(out, (odd, wave) => (j, n) => {
      const folded = n === 0 || n === quarter ? 0.5 : 1;
      return folded * wave((2 * j + odd) * n);
    });
  }

  /** The same number x frequency, for the way back. */
  writeInverse(out: Float32Array): void {
    this.#writeFour(out, (odd, wave) => (n, j) => this.#share(2 * j + odd) * wave((2 * j + odd) * n));
  }

  /** Rows 2 f: cosines, 2 f + 1: minus sines of tap s, a delay of taps - 1 - s steps. */
  writeKernel(taps: number, out: Float32Array): void {
    tilePanels(this.#length + 2, taps, (line, s) => this.#line(line, taps - 1 - s), out);
  }

  /** The way back from lines to taps. */
  writeTaps(taps: number, out: Float32Array): void {
    const value = (s: number, line: number): number =>
      this.#share(line >> 1) * this.#line(line, taps - 1 - s);
    tilePanels(taps, this.#length + 2, value, out);
  }

  #line(line: number, n: number): number {
    const k = (line >> 1) * n;
    return line % 2 === 0 ? this.#waves.cos(k) : -this.#waves.sin(k);
  }

  /** What a frequency counts for in the inverse: those between the first and the last stand for two. */
  #share(frequency: number): number {
    return (frequency === 0 || 2 * frequency === this.#length ? 1 : 2) / this.#length;
  }

  #writeFour(
    out: Float32Array,
    element: (odd: number, wave: (k: number) => number) => (row: number, col: number) => number,
  ): void {
    const size = this.#length / 4 + 1;
    const each = out.length / 4;
    const cos = (k: number): number => this.#waves.cos(k);
    const minusSin = (k: number): number => -this.#waves.sin(k);
    [element(0, cos), element(0, minusSin), element(1, cos), element(1, minusSin)].forEach((value, part) => {
      tilePanels(size, size, value, out.subarray(part * each, (part + 1) * each));
    });
  }
}
