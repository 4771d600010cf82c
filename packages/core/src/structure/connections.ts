import { checkInstance, checkNumbers, checkOptions, checkShape, refuse } from "../checks.ts";
import {
  checkPattern,
  checkTensor,
  type DenseGradient,
  densePlaces,
  numbersIn,
  type Random,
  sizeOf,
  type SparsePattern,
  type Tensor,
} from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import type { StoredArray } from "../nn/index.ts";
import { placesFault, roomOf, withPlaces } from "./pattern.ts";

/** What a layer says about its connections. */
export interface ConnectionsOptions {
  /** Shape of the dense weight, outputs first. */
  readonly denseShape: readonly number[];
  /** Tensors with one value per connection, in the order of the dense weight, by name; the weight comes first. */
  readonly parameters: Readonly<Record<"weight", Tensor> & Record<string, Tensor>>;
  /** What a fresh connection gets in one of them; default 0. */
  readonly initialValue?: (parameter: string, random: Random) => number;
}

/**
 * The connections of a sparse layer: where its weight has numbers, and which tensors go with them. These
 * tensors are [connections], and so are their gradients and optimiser state.
 *
 * Density is constant: `setPlaces` exchanges places, never their number.
 */
export class Connections {
  readonly denseShape: readonly number[];
  readonly parameters: ConnectionsOptions["parameters"];
  /** Who gets the dense weight gradient in each backward pass; set it before the forward pass. */
  watcher: ((gradient: DenseGradient) => void) | undefined;
  readonly #initialValue: (parameter: string, random: Random) => number;
  #pattern: SparsePattern;
  #positions = 1;

  constructor(pattern: SparsePattern, options: ConnectionsOptions) {
    checkPattern("Connections.pattern", pattern);
    const known = { denseShape: true, parameters: true, initialValue: true } as const;
    checkOptions("Connections", options, known, "{ denseShape, parameters }");
    checkShape("Connections.denseShape", options.denseShape);
    checkTensor(
      "Connections.parameters.weight",
      (options.parameters as Partial<typeof options.parameters>)?.weight as Tensor,
    );
    this.#pattern = pattern;
    this.denseShape = options.denseShape;
    this.parameters = options.parameters;
    this.#initialValue = options.initialValue ?? (() => 0);
  }

  /** Where the weight has numbers. */
  get pattern(): SparsePattern {
    return this.#pattern;
  }

  /** Share of the dense weight that exists. */
  get density(): number {
    return this.#pattern.places.length / roomOf(this.#pattern);
  }

  /** Multiplications per sample and time step when every input is active; known for images after a forward pass. */
  get operations(): number {
    return numbersIn(this.#pattern) * this.#positions;
  }

  /** Remembers how many output pixels share the weights. */
  countPositions(output: Tensor): Tensor {
    checkTensor("Connections.countPositions", output);
    this.#positions = output.imageSize()?.positions ?? 1;
    return output;
  }

  /** What a fresh connection gets in the tensor called `parameter`. */
  initialValue(parameter: string, random: Random): number {
    return this.#initialValue(parameter, random);
  }

  /**
   * Moves the connections; the caller moves the numbers.
   * @param places as many as before, ascending
   */
  setPlaces(places: Int32Array): void {
    checkInstance("Connections.setPlaces", places, Int32Array, "an Int32Array of places");
    const fault = placesFault(this.#pattern, places);
    if (fault !== undefined)
      throw new MyelinError(`Connections.setPlaces: expected the places of this pattern, got ${fault}.`);
    this.releaseIndex();
    this.#pattern = withPlaces(this.#pattern, places);
  }

  /** Gives back what the backend keeps for the places. */
  releaseIndex(): void {
    this.parameters.weight.engine.backend.patterns.release(this.#pattern);
  }

  /** Numbers of one of the tensors written out, zeros included. */
  expand(values: ArrayLike<number>): Float32Array {
    checkNumbers("Connections.expand", values);
    const count = numbersIn(this.#pattern);
    if (values.length !== count) refuse("Connections.expand", `${count} numbers`, values);
    const dense = new Float32Array(sizeOf(this.denseShape));
    densePlaces(this.#pattern).forEach((place, i) => (dense[place] = values[i] as number));
    return dense;
  }

  /** The places, as a checkpoint keeps them. */
  stored(): Readonly<Record<string, StoredArray>> {
    return {
      places: {
        read: () => this.#pattern.places,
        fault: (places) => placesFault(this.#pattern, places),
        write: (places) => this.setPlaces(places),
      },
    };
  }
}
