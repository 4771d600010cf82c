import { addTo, type Communicator, PartSums } from "../communicate/index.ts";
import type { Tensor } from "../engine/index.ts";
import { readInto } from "./read-into.ts";

/**
 * What forward passes write into buffers, such as running statistics, made one for all parts of a step. Every part
 * begins with the values from before the step; afterwards they have moved by the mean of what the parts have moved them,
 * each counting by its samples.
 */
export class BufferMean {
  readonly #communicator: Communicator;
  readonly #buffers: readonly Tensor[];
  readonly #length: number;
  #before: Float32Array = new Float32Array();
  #moves: PartSums | undefined;
  #mean: Float32Array | undefined;
  #samples = 0;

  constructor(communicator: Communicator, buffers: readonly Tensor[]) {
    this.#communicator = communicator;
    this.#buffers = buffers;
    this.#length = buffers.reduce((sum, { size }) => sum + size, 0);
  }

  /** Begins a step of so many parts and samples. */
  async begin(parts: number, samples: number): Promise<void> {
    if (this.#length === 0) return;
    this.#moves = new PartSums(this.#communicator, this.#length, parts);
    this.#samples = samples;
    this.#before = await this.#read();
  }

  /** After the forward pass of a part of so many samples. */
  async endPart(samples: number): Promise<void> {
    if (this.#moves === undefined) return;
    const after = await this.#read();
    const share = samples / this.#samples;
    this.#moves.add(after.map((value, i) => share * Math.fround(value - (this.#before[i] as number))));
    this.#write(this.#before);
  }

  /** Waits for the mean over all parts. */
  async arrive(): Promise<void> {
    this.#mean = await this.#moves?.sum();
  }

  /** Moves the buffers by the mean. */
  use(): void {
    if (this.#mean === undefined) return;
    addTo(this.#before, this.#mean);
    this.#write(this.#before);
  }

  async #read(): Promise<Float32Array> {
    const values = new Float32Array(this.#length);
    let at = 0;
    for (const buffer of this.#buffers) await readInto(buffer, values.subarray(at, (at += buffer.size)));
    return values;
  }

  #write(values: Float32Array): void {
    let at = 0;
    for (const { engine, storage, size } of this.#buffers) {
      engine.backend.memory.write(storage, values.subarray(at, (at += size)));
    }
  }
}
