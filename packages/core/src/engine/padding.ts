import { ShapeError } from "../errors.ts";
import type { Engine } from "./engine.ts";
import { describeShape, type Tensor } from "./tensor.ts";

/**
 * Which rows (time step t of sample b, row t B + b) of a padded batch count: those with t below the sample's
 * length. It lives as long as the engine's step.
 */
export class Padding {
  readonly steps: number;
  /** Steps of each sample that count, from 1 to `steps`. */
  readonly lengths: readonly number[];
  readonly #engine: Engine;
  readonly #tensors = new Map<string, Tensor>();

  constructor(engine: Engine, lengths: readonly number[], steps: number) {
    this.#engine = engine;
    this.lengths = lengths;
    this.steps = steps;
  }

  get batch(): number {
    return this.lengths.length;
  }

  /** How many rows count. */
  get count(): number {
    return this.lengths.reduce((sum, length) => sum + length, 0);
  }

  /** 1 for rows that count, else 0, f32 [T B]. */
  get kept(): Tensor {
    return this.#tensor("kept", () => this.#eachRow((t, length) => Number(t < length)));
  }

  /** Weights of rows that make a mean over all rows a mean over samples of means over their steps, f32 [T B]. */
  get shares(): Tensor {
    return this.#tensor("shares", () => this.#eachRow((t, length) => (t < length ? this.steps / length : 0)));
  }

  /** 1 / length, f32 [B]. */
  get inverse(): Tensor {
    return this.#tensor("inverse", () => this.lengths.map((length) => 1 / length));
  }

  /** The rows that count, in order. */
  get rows(): Tensor {
    return this.#tensor("rows", () =>
      this.#eachRow((t, length) => Number(t < length)).flatMap((kept, row) => (kept === 1 ? [row] : [])),
    );
  }

  /** The last row of each sample that counts. */
  get last(): Tensor {
    return this.#tensor("last", () => this.lengths.map((length, b) => (length - 1) * this.batch + b));
  }

  #eachRow(value: (t: number, length: number) => number): number[] {
    return Array.from({ length: this.steps }, (_, t) =>
      this.lengths.map((length) => value(t, length)),
    ).flat();
  }

  #tensor(name: string, values: () => number[]): Tensor {
    const known = this.#tensors.get(name);
    if (known) return known;
    const numbers = values();
    const made = this.#engine.empty([numbers.length]);
    made.set(numbers);
    this.#tensors.set(name, made);
    return made;
  }
}

/** The lengths of the running step's samples, also in sequences that a layer with delays has made longer. */
export class StepPadding {
  /** Of the samples as they came. */
  readonly lengths: readonly number[];
  readonly steps: number;
  readonly #engine: Engine;
  readonly #known = new Map<number, Padding>();

  constructor(engine: Engine, lengths: readonly number[], steps: number) {
    this.#engine = engine;
    this.lengths = lengths;
    this.steps = steps;
    this.#known.set(steps, new Padding(engine, lengths, steps));
  }

  /** Notes that sequences of `from` steps have become some of `to` steps: each sample as many more. */
  lengthen(from: Padding, to: number): void {
    if (this.#known.has(to)) return;
    const lengths = from.lengths.map((length) => length + to - from.steps);
    this.#known.set(to, new Padding(this.#engine, lengths, to));
  }

  /** The padding of a sequence of this shape, if it is one of the step's. */
  find({ shape }: Tensor): Padding | undefined {
    const padding = this.#known.get(shape[0] as number);
    return padding?.batch === shape[1] ? padding : undefined;
  }

  /** @throws ShapeError for a sequence of other samples, or of a number of steps that no layer has told of */
  of(owner: string, x: Tensor): Padding {
    const padding = this.find(x);
    if (padding) return padding;
    const shapes = [...this.#known.values()].map(({ steps, batch }) => `[${steps}, ${batch}, ...]`);
    throw new ShapeError(
      `${owner}: expected a sequence ${shapes.join(" or ")}, as the lengths of this step say, got ${describeShape(x.shape)}. ` +
        "Call setLengths for sequences of another length, or without lengths where none are padded.",
    );
  }
}
