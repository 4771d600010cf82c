import { type Communicator, PartSums } from "../communicate/index.ts";
import type { Evolution } from "./options.ts";

/** Adds up the dense gradients of sparse weights over the parts of those steps after which connections grow by them. */
export class DenseSum {
  readonly #communicator: Communicator;
  readonly #evolution: Evolution | undefined;
  #sums: readonly PartSums[] = [];
  #whole: readonly Float32Array[] = [];

  constructor(communicator: Communicator, evolution: Evolution | undefined) {
    this.#communicator = communicator;
    this.#evolution = evolution;
  }

  /** Begins a step of so many parts. */
  begin(parts: number): void {
    const lengths = this.#evolution?.dense?.lengths() ?? [];
    this.#sums = lengths.map((length) => new PartSums(this.#communicator, length, parts));
  }

  /** After the backward pass of a part. */
  async endPart(): Promise<void> {
    if (this.#sums.length === 0) return;
    const gradients = (await this.#evolution?.dense?.read()) ?? [];
    this.#sums.forEach((sums, i) => sums.add(gradients[i] as Float32Array));
  }

  /** Waits for the sums over all parts. */
  async arrive(): Promise<void> {
    this.#whole = await Promise.all(this.#sums.map((each) => each.sum()));
  }

  /** Hands the sums to the evolution. */
  use(): void {
    if (this.#whole.length > 0) this.#evolution?.dense?.replace(this.#whole);
  }
}
