import type { Communicator } from "./communicator.ts";
import { addTo, additionsAfter, ownParts } from "./tree.ts";

/** Adds up arrays of one length, one for each part of a step, over all processes and in the order of the parts' tree. */
export class PartSums {
  readonly #communicator: Communicator;
  readonly #length: number;
  readonly #parts: number;
  readonly #additions: readonly number[];
  readonly #sums: Float32Array[] = [];
  #done = 0;

  constructor(communicator: Communicator, length: number, parts: number) {
    this.#communicator = communicator;
    this.#length = length;
    this.#parts = parts;
    this.#additions = additionsAfter(ownParts(parts, communicator.rank, communicator.size), parts);
  }

  /** Adds the array of this process's next part, which is overwritten. */
  add(values: Float32Array): void {
    this.#sums.push(values);
    const additions = this.#additions[this.#done++] ?? 0;
    for (let i = 0; i < additions; i++) {
      const right = this.#sums.pop() as Float32Array;
      const left = this.#sums.at(-1);
      if (left) addTo(left, right);
    }
  }

  /** The sum, once all processes have added theirs. */
  async sum(): Promise<Float32Array> {
    const length = this.#length;
    const values = this.#communicator.allocate(Math.max(1, this.#sums.length) * length);
    this.#sums.forEach((sum, i) => values.set(sum, i * length));
    await this.#communicator.sum(values, { length, parts: this.#parts });
    return values.subarray(0, length);
  }
}
