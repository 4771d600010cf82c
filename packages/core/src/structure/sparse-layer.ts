import {
  type DenseGradient,
  densePlaces,
  numbersIn,
  type Random,
  sizeOf,
  type SparsePattern,
  type Tensor,
} from "../engine/index.ts";
import { type DenseWeights, Module, type StoredArray } from "../nn/index.ts";
import { placesFault, roomOf, withPlaces } from "./pattern.ts";

/**
 * A layer whose weight exists at chosen places only. The trainable tensors that go with places are
 * [numbers], in the order of the dense weight; optimiser state and gradients are as short.
 *
 * Density is constant: `setPlaces` exchanges places, never their number.
 */
export abstract class SparseLayer extends Module {
  /** The weights that exist. */
  abstract readonly weight: Tensor;
  /** Shape of the dense weight, outputs first. */
  abstract readonly denseShape: readonly number[];
  #pattern: SparsePattern;
  #watcher: ((gradient: DenseGradient) => void) | undefined;
  /** Output pixels a sample and time step in the last forward pass: 1 for vectors. */
  #positions = 1;

  constructor(pattern: SparsePattern) {
    super();
    this.#pattern = pattern;
  }

  /** Where the weight has numbers. */
  get pattern(): SparsePattern {
    return this.#pattern;
  }

  /** Share of the dense weight that exists. */
  get density(): number {
    return this.#pattern.places.length / roomOf(this.#pattern);
  }

  /** Multiplications a sample and time step when every input is active; known for images after a forward pass. */
  get operations(): number {
    return numbersIn(this.#pattern) * this.#positions;
  }

  /** 1 where a connection is, in the dense shape. */
  protected connections(): DenseWeights {
    const values = new Uint8Array(sizeOf(this.denseShape));
    for (const place of densePlaces(this.#pattern)) values[place] = 1;
    return { shape: this.denseShape, values };
  }

  /** Trainable tensors with one number a weight, by name. */
  connectionParameters(): [name: string, values: Tensor][] {
    return [["weight", this.weight]];
  }

  /** Value of a fresh connection in one of the `connectionParameters`. */
  initialValue(_parameter: string, _random: Random): number {
    return 0;
  }

  /**
   * From the next forward pass on, hands the dense weight gradient to `watcher` in each backward pass.
   * @param watcher undefined to stop
   */
  watch(watcher: ((gradient: DenseGradient) => void) | undefined): void {
    this.#watcher = watcher;
  }

  protected get watcher(): ((gradient: DenseGradient) => void) | undefined {
    return this.#watcher;
  }

  protected countPositions(output: Tensor): Tensor {
    this.#positions = output.imageSize()?.positions ?? 1;
    return output;
  }

  /**
   * Moves the weight to other places; the caller moves the numbers.
   * @param places as many as before, ascending
   */
  setPlaces(places: Int32Array): void {
    this.#pattern = withPlaces(this.#pattern, places);
  }

  /** The places, which a checkpoint keeps. */
  override arrays(): Readonly<Record<string, StoredArray>> {
    return {
      places: {
        read: () => this.#pattern.places,
        fault: (places) => placesFault(this.#pattern, places),
        write: (places) => this.setPlaces(places),
      },
    };
  }
}
