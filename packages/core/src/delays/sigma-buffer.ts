import { currentEngine, Tensor } from "../engine/index.ts";

/**
 * A saved number whose value is known without reading the backend: whatever sets the tensor, such as
 * a checkpoint that is restored, sets the number too.
 */
export class SigmaBuffer extends Tensor {
  #value: number;

  constructor(value: number) {
    const owner = currentEngine().persistent([1]);
    super(owner.engine, [1], "plain", owner.storage, undefined, owner);
    this.#value = value;
    this.set([value]);
  }

  get value(): number {
    return this.#value;
  }

  override set(values: ArrayLike<number>): void {
    super.set(values);
    this.#value = values[0] as number;
  }
}
