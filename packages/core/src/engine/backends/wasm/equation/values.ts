/**
 * The values of a layer's parameters in a call, and their gradients.
 * By layer, or by neuron of a sample for what has a value per channel or per neuron, then written as rows.
 * Measured with `equation.ts`.
 */
import type { HoistedValue } from "../../../../equations/index.ts";
import type { EquationParameter, EquationSize, EquationSpec } from "../../../backend/index.ts";
import { numberOf } from "./bound-kernel.ts";

/** Values of parameters, by layer or by neuron of a sample, and their gradients. */
export class Values {
  readonly gradients: readonly Float64Array[];
  readonly #size: EquationSize;
  readonly #spec: EquationSpec;
  readonly #values: readonly Float64Array[];
  readonly #places: ReadonlyMap<string, number>;

  /** @param values those of every parameter */
  constructor(size: EquationSize, spec: EquationSpec, values: readonly Float64Array[]) {
    this.#size = size;
    this.#spec = spec;
    this.#values = values;
    this.#places = new Map(spec.model.parameters.map((name, i) => [name, i]));
    this.gradients = values.map(({ length }) => new Float64Array(length));
  }

  /** What a hoisted value of the layer is. */
  of(hoisted: HoistedValue): number {
    return hoisted.of(this.#ofLayer);
  }

  readonly #ofLayer = (name: string): number => this.#of(name, 0);

  /** Writes a row: the values of one sample, then copies of them. */
  writeRow(hoisted: HoistedValue, memory: Float32Array, at: number): void {
    const { features, size } = { features: this.#features, size: this.#size.size };
    for (let f = 0; f < features; f++) memory[at + f] = hoisted.of((name) => this.#of(name, f));
    for (let done = features; done < size; done *= 2) {
      memory.copyWithin(at + done, at, at + Math.min(done, size - done));
    }
  }

  propagate(hoisted: HoistedValue, gradient: number): void {
    hoisted.propagate(this.#ofLayer, gradient, (name, value) => this.#add(name, 0, value));
  }

  propagateRow(hoisted: HoistedValue, memory: Float32Array, at: number): void {
    const features = this.#features;
    for (let f = 0; f < features; f++) {
      let gradient = 0;
      for (let e = f; e < this.#size.size; e += features) gradient += memory[at + e]!;
      hoisted.propagate(
        (name) => this.#of(name, f),
        gradient,
        (name, value) => this.#add(name, f, value),
      );
    }
  }

  get #features(): number {
    return this.#size.channels * this.#size.positions;
  }

  #of(name: string, feature: number): number {
    const place = this.#places.get(name);
    if (place !== undefined)
      return this.#values[place]![this.#index(this.#spec.parameters[place]!, feature)]!;
    return numberOf(name, this.#spec);
  }

  #add(name: string, feature: number, value: number): void {
    const place = this.#places.get(name);
    if (place !== undefined)
      this.gradients[place]![this.#index(this.#spec.parameters[place]!, feature)]! += value;
  }

  /** Where a parameter keeps the value of a feature; images have their channels last here. */
  #index({ place }: EquationParameter, feature: number): number {
    const { channels, positions, format } = this.#size;
    if (place === "layer") return 0;
    const [channel, position] =
      format === "image"
        ? [feature % channels, Math.floor(feature / channels)]
        : [Math.floor(feature / positions), feature % positions];
    return place === "channel" ? channel : channel * positions + position;
  }
}
