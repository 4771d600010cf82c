import {
  type Bounds,
  checkNumber,
  checkNumbers,
  checkOneOf,
  checkOptions,
  isPlainObject,
  refuse,
} from "../checks.ts";

/** How many values a parameter has: one, one per channel (the axis after the batch), or one per neuron. */
export type Per = "layer" | "channel" | "neuron";

/** First values drawn from a range, each on its own. */
export interface UniformRange {
  readonly uniform: readonly [low: number, high: number];
}

/** What a parameter that learns begins with. */
export type FirstValue = number | ArrayLike<number> | UniformRange;

/** A parameter that training changes, from `learnable`. */
export interface Learnable {
  readonly value: FirstValue;
  readonly per: Per;
}

/** The parameters that `learnable` made. */
const made = new WeakSet<object>();

/**
 * A parameter of `defineNeuron` that training changes. Bounds are made by the equations, as in `sigmoid(w)`.
 *
 * @param value where it begins; an array has one value per channel or neuron, and `{ uniform: [5, 10] }` draws each
 * from the numbers between, with the engine's generator
 * @param options.per how many values there are; one per layer unless given
 * @throws MyelinError for an unknown `per`
 * @example learnable(20, { per: "channel" })
 */
export function learnable(value: FirstValue, options: { readonly per?: Per } = {}): Learnable {
  checkParameterValue("learnable.value", value);
  checkOptions("learnable", options, { per: true }, '{ per: "channel" }');
  const per = checkOneOf("learnable.per", options.per ?? "layer", ["layer", "channel", "neuron"]);
  const parameter = { value, per };
  made.add(parameter);
  return parameter;
}

/** Whether first values are drawn from a range. */
export function isRange(value: FirstValue): value is UniformRange {
  return isPlainObject(value) && "uniform" in value;
}

/**
 * Requires a finite number, an array of them, or a range.
 *
 * @throws MyelinError that names the first that is not
 */
export function checkParameterValue(symbol: string, value: FirstValue): void {
  if (typeof value === "number") {
    checkNumber(symbol, value, {});
    return;
  }
  if (isRange(value)) {
    const [low, high] = checkNumbers(`${symbol}.uniform`, value.uniform, "Write { uniform: [5, 10] }.");
    checkNumber(`${symbol}.uniform[0]`, low, {}, "It is the least value.");
    checkNumber(`${symbol}.uniform[1]`, high, { min: low }, "It is the largest value.");
    return;
  }
  const numbers = checkNumbers(symbol, value, "Give a number, or one per channel.");
  const bad = Array.from(numbers).findIndex((number) => !Number.isFinite(number));
  if (bad !== -1) checkNumber(`${symbol}[${bad}]`, numbers[bad], {});
  if (numbers.length === 0) refuse(symbol, "at least one number", value);
}

/** Requires a parameter's first value, and each of several, to be within bounds. */
export function checkEachValue(symbol: string, value: FirstValue, bounds: Bounds, hint = ""): void {
  if (isRange(value)) {
    checkParameterValue(symbol, value);
    value.uniform.forEach((bound, i) => checkNumber(`${symbol}.uniform[${i}]`, bound, bounds, hint));
  } else if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    checkParameterValue(symbol, value);
    Array.from(value as ArrayLike<number>).forEach((number, i) =>
      checkNumber(`${symbol}[${i}]`, number, bounds, hint),
    );
  } else {
    checkNumber(symbol, value, bounds, hint);
  }
}

/** Whether a value comes from `learnable`. */
export function isLearnable(value: unknown): value is Learnable {
  return typeof value === "object" && value !== null && made.has(value);
}
