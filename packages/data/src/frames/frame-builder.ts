import { ShapeError } from "@myelin/core";
import { BUDGET_BYTES, overBudget } from "../budget.ts";
import type { SensorSize } from "../event-transforms/index.ts";
import { POLARITIES, type SparseFrames } from "./sparse-frames.ts";

/** Collects numbers for one frame after the other and gives them back as {@link SparseFrames}. */
export class FrameBuilder {
  readonly height: number;
  readonly width: number;
  /** The frame being built: the sum at each place, and which places are not zero, in order of their first number. */
  readonly #sums: Float32Array;
  readonly #touched: Uint32Array;
  #touchedCount = 0;
  #offsets: number[] = [0];
  #cells = new Uint32Array(1024);
  #values = new Float32Array(1024);
  #length = 0;

  /** @throws ShapeError for frames beyond the memory budget */
  constructor(height: number, width: number) {
    const places = POLARITIES * height * width;
    checkBudget({ width, height }, places * BYTES_A_PLACE);
    this.height = height;
    this.width = width;
    this.#sums = new Float32Array(places);
    this.#touched = new Uint32Array(places);
  }

  /** Adds `value`, which is not 0, at a place of the frame being built. */
  add(cell: number, value: number): void {
    const sum = this.#sums[cell]!;
    if (sum === 0) this.#touched[this.#touchedCount++] = cell;
    this.#sums[cell] = sum + value;
  }

  /** Ends the frame, with `scale` applied to its sums, and begins the next one. */
  endFrame(scale: FrameScale): void {
    this.#reserve(this.#touchedCount);
    const factor = scale === "max" ? 1 / this.#largest() : 1;
    for (let i = 0; i < this.#touchedCount; i++) {
      const cell = this.#touched[i]!;
      this.#cells[this.#length] = cell;
      this.#values[this.#length++] = scale === "binary" ? 1 : this.#sums[cell]! * factor;
      this.#sums[cell] = 0;
    }
    this.#touchedCount = 0;
    this.#offsets.push(this.#length);
  }

  /** The frames since the last call, in the smallest types that hold them. */
  finish(): SparseFrames {
    const { offsets, cells, values, steps, height, width } = this.view();
    const small = this.#sums.length <= 0x10000;
    return {
      steps,
      height,
      width,
      offsets,
      cells: small ? new Uint16Array(cells) : cells.slice(),
      values: values.every(fitsByte) ? new Uint8Array(values) : values.slice(),
    };
  }

  /** The frames since the last call, as they lie in the builder's memory: gone with the next frame. */
  view(): SparseFrames {
    const length = this.#length;
    const offsets = Uint32Array.from(this.#offsets);
    this.#offsets = [0];
    this.#length = 0;
    return {
      steps: offsets.length - 1,
      height: this.height,
      width: this.width,
      offsets,
      cells: this.#cells.subarray(0, length),
      values: this.#values.subarray(0, length),
    };
  }

  #largest(): number {
    let largest = 0;
    for (let i = 0; i < this.#touchedCount; i++) largest = Math.max(largest, this.#sums[this.#touched[i]!]!);
    return largest;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#cells.length) return;
    const size = Math.max(needed, 2 * this.#cells.length);
    this.#cells = grown(this.#cells, new Uint32Array(size));
    this.#values = grown(this.#values, new Float32Array(size));
  }
}

/** A sum and a number of a place. */
const BYTES_A_PLACE = 8;

function checkBudget({ width, height }: SensorSize, bytes: number): void {
  if (bytes <= BUDGET_BYTES) return;
  const { expected, got } = overBudget("frames", bytes);
  throw new ShapeError(
    `frames: expected ${expected}, got ${got} for ${width} x ${height} pixels. State the size of the sensor, or downsample.`,
  );
}

/**
 * What becomes of the sums of a frame: kept, set to 1 where they are not 0, or divided by the largest of the frame.
 */
export type FrameScale = "count" | "binary" | "max";

function grown<A extends Uint32Array | Float32Array>(from: A, into: A): A {
  into.set(from);
  return into;
}

function fitsByte(value: number): boolean {
  return value === (value & 255);
}
