import { checkNumber, checkNumbers, checkOneOf, checkOptions, refuse } from "../checks.ts";

/** How many values a parameter has: one, one per channel (the axis after the batch), or one per neuron. */
export type Per = "layer" | "channel" | "neuron";

/** A parameter that training changes, from `learnable`. */
export interface Learnable {
  readonly value: number | ArrayLike<number>;
  readonly per: Per;
}

/** The parameters that `learnable` made. */
const made = new WeakSet<object>();

/**
 * A parameter of `defineNeuron` that training changes. Bounds are made by the equations, as in `sigmoid(w)`.
 *
 * @param value where it begins; an array has one value per channel or neuron
 * @param options.per how many values there are; one per layer unless given
 * @throws MyelinError for an unknown `per`
 * @example learnable(20, { per: "channel" })
 */
export function learnable(
  value: number | ArrayLike<number>,
  options: { readonly per?: Per } = {},
): Learnable {
  checkParameterValue("learnable.value", value);
  checkOptions("learnable", options, { per: true }, '{ per: "channel" }');
  const per = checkOneOf("learnable.per", options.per ?? "layer", ["layer", "channel", "neuron"]);
  const parameter = { value, per };
  made.add(parameter);
  return parameter;
}

/**
 * Requires a finite number, or an array of them.
 *
 * @throws MyelinError that names the first that is not
 */
export function checkParameterValue(symbol: string, value: number | ArrayLike<number>): void {
  if (typeof value === "number") {
    checkNumber(symbol, value, {});
    return;
  }
  const numbers = checkNumbers(symbol, value, "Give a number, or one per channel.");
  const bad = Array.from(numbers).findIndex((number) => !Number.isFinite(number));
  if (bad !== -1) checkNumber(`${symbol}[${bad}]`, numbers[bad], {});
  if (numbers.length === 0) refuse(symbol, "at least one number", value);
}

/** Whether a value comes from `learnable`. */
export function isLearnable(value: unknown): value is Learnable {
  return typeof value === "object" && value !== null && made.has(value);
}
