import { type Bounds, checkShape, refuse } from "../checks.ts";
import { parameter, sizeOf, Tensor } from "../engine/index.ts";
import type { ParameterPlace } from "../engine/index.ts";
import { constantParameter, rangeParameter } from "../nn/index.ts";
import { warn } from "../warnings.ts";
import {
  checkEachValue,
  checkParameterValue,
  isLearnable,
  isRange,
  type Learnable,
  type Per,
  type UniformRange,
} from "./learnable.ts";

/** The value of a parameter: for the layer, or one per channel or neuron. */
export type ParameterValue = number | ArrayLike<number> | Tensor;

/** What a layer takes for a parameter: its value, or `learnable` where training shall change it. */
export type ParameterOption = ParameterValue | Learnable;

/** The value of a parameter, and how many there are. */
export interface PlacedParameter {
  readonly place: ParameterPlace;
  readonly values: ParameterValue;
}

/** What the first values of a parameter must be. */
export interface ParameterRule {
  readonly bounds: Bounds;
  /** How to choose a value, for messages. */
  readonly hint?: string;
}

/** The parameters of one layer of a neuron. */
export class LayerParameters {
  readonly #owner: string;
  /** The shape of a sample, where it is known. */
  readonly #features: readonly number[] | undefined;
  /** Gives a value to the layer, of which it is a property. */
  readonly #put: (name: string, value: ParameterValue) => void;
  /** Whether a parameter has one value or more, as it was declared. */
  readonly #places = new Map<string, Per>();
  /** Parameters that wait for the first input to tell how many there are. */
  readonly #waiting = new Map<string, number | UniformRange>();

  /**
   * @param layer gets the values as properties
   * @param features the shape of a sample, where it is known; a number of it alone is one axis
   */
  constructor(owner: string, layer: object, features: number | readonly number[] | undefined) {
    this.#owner = owner;
    this.#features = typeof features === "number" ? [features] : features;
    if (this.#features !== undefined) checkShape(`${owner}.features`, this.#features);
    this.#put = (property, value) => {
      const attributes = { value, enumerable: true, writable: true, configurable: true };
      Object.defineProperty(layer, property, attributes);
    };
  }

  /**
   * Gives a parameter its first value.
   *
   * @param declared its default
   * @param given the option; `learnable` makes one learn that does not by default
   */
  begin(name: string, declared: number | Learnable, given: ParameterOption, rule?: ParameterRule): void {
    const features = this.#features;
    const kind = isLearnable(given) ? given : declared;
    this.#places.set(name, isLearnable(kind) ? kind.per : "channel");
    if (given instanceof Tensor) return this.#put(name, given);
    const value = isLearnable(given) ? given.value : given;
    if (rule) checkEachValue(`${this.#owner}.${name}`, value, rule.bounds, rule.hint);
    else checkParameterValue(`${this.#owner}.${name}`, value);
    if (features && typeof value !== "number" && !isRange(value))
      this.#requireFit(name, value.length, features);
    if (!isLearnable(kind)) return this.#put(name, value as number | ArrayLike<number>);
    if (typeof value !== "number" && !isRange(value))
      return this.#put(name, parameter(value, [value.length]));
    const shape = kind.per === "layer" ? [] : kind.per === "channel" ? features?.slice(0, 1) : features;
    if (shape === undefined) this.#waiting.set(name, value);
    else this.#put(name, first(shape, value));
  }

  /** Values are one per channel or one per neuron, where it is known how many these are. */
  #requireFit(name: string, count: number, features: readonly number[]): void {
    const [channels, neurons] = [features[0] ?? 1, sizeOf(features)];
    if (count === channels || count === neurons) return;
    const perNeuron = channels === neurons ? "" : `, or ${neurons}, one per neuron`;
    const expected = `${channels} ${channels === 1 ? "value" : "values"}, one per channel${perNeuron}`;
    refuse(`${this.#owner}.${name}`, expected, [count], "The shape of a sample says how many.");
  }

  /** Makes what has waited for an input. */
  complete(x: Tensor): void {
    for (const [name, value] of this.#waiting) {
      const shape = this.#places.get(name) === "channel" ? x.shape.slice(2, 3) : x.shape.slice(2);
      this.#put(name, first(sizeOf(shape) > 0 ? shape : [1], value));
      warn(
        `${this.#owner}.${name}: its ${sizeOf(shape)} values were made at the first input, so an optimiser that was ` +
          `made before does not train them. Give \`features: ${shape.length === 1 ? shape[0] : `[${shape.join(", ")}]`}\`.`,
      );
    }
    this.#waiting.clear();
  }

  /** A value with the place that its length says; one that fits nowhere keeps its declared place, to be refused there. */
  placed(name: string, values: ParameterValue, x: Tensor): PlacedParameter {
    if (typeof values === "number") return { place: "layer", values };
    const declared = this.#places.get(name)!;
    const isTensor = values instanceof Tensor;
    const [count, isScalar] = isTensor ? [values.size, values.shape.length === 0] : [values.length, false];
    const features = x.shape.slice(2);
    const lengths = { layer: 1, channel: features[0] ?? 1, neuron: sizeOf(features) };
    const allowed: ParameterPlace[] = [
      declared,
      ...(isScalar ? ["layer" as const] : []),
      "channel",
      "neuron",
    ];
    const fallback = declared === "layer" ? "channel" : declared;
    return { place: allowed.find((place) => lengths[place] === count) ?? fallback, values };
  }
}

function first(shape: readonly number[], value: number | UniformRange): Tensor {
  return isRange(value) ? rangeParameter(shape, ...value.uniform) : constantParameter(shape, value);
}
