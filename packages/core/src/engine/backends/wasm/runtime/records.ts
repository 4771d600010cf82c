/**
 * Records that kernels take by address, such as the sizes of a convolution.
 * One block, written anew for each call: kernels of one call read it, and the next call begins when they have ended.
 * On the way of every call that has a record.
 */
import { RECORD_WORDS, type Records } from "./kernel-calls.generated.ts";

/** Room for the records of one call. */
export const RECORD_BYTES: number = 4 * RECORD_WORDS;

/** The block of memory in which the records of a call stand, one after another. */
export class RecordBlock implements Records {
  readonly #memory: WebAssembly.Memory;
  readonly #first: number;
  #next = 0;
  #buffer: ArrayBuffer | SharedArrayBuffer | undefined;
  i32: Int32Array = new Int32Array(0);
  f32: Float32Array = new Float32Array(0);

  constructor(memory: WebAssembly.Memory, address: number) {
    this.#memory = memory;
    this.#first = address / 4;
  }

  /** Begins a call: its records take the place of the last call's. */
  start(): this {
    this.#next = this.#first;
    const { buffer } = this.#memory;
    if (buffer !== this.#buffer) {
      // The memory has grown.
      this.#buffer = buffer;
      this.i32 = new Int32Array(buffer);
      this.f32 = new Float32Array(buffer);
    }
    return this;
  }

  reserve(words: number): number {
    const at = this.#next;
    this.#next += words;
    return at;
  }
}
