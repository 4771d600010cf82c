/**
 * Checks of what a user passes, for the doors of this package and of those that build on it. Each returns the
 * value, or throws a MyelinError `<symbol>: expected <what>, got <value>. <hint>`.
 */
import { MyelinError } from "./errors.ts";
import { nearestName } from "./nearest.ts";
import { describeValue } from "./describe-value.ts";

export { describeValue, listNames } from "./describe-value.ts";

/** Bounds of a number; every one that is present must hold. */
export interface Bounds {
  /** Smallest allowed value. */
  readonly min?: number;
  /** Largest allowed value. */
  readonly max?: number;
  /** The value must be greater than this. */
  readonly above?: number;
  /** The value must be less than this. */
  readonly below?: number;
}

/**
 * Throws what every check here throws.
 *
 * @param symbol what is checked, such as `LIF.tau`
 * @param hint one sentence that says how to choose the value
 * @throws MyelinError always
 */
export function refuse(symbol: string, expected: string, value: unknown, hint = ""): never {
  const text = `${symbol}: expected ${expected}, got ${describeValue(value)}.`;
  throw new MyelinError(hint === "" ? text : `${text} ${hint}`);
}

/** Requires a finite number within `bounds`. */
export function checkNumber(symbol: string, value: unknown, bounds: Bounds, hint = ""): number {
  if (typeof value === "number" && Number.isFinite(value) && within(value, bounds)) return value;
  return refuse(symbol, `a finite number${describeBounds(bounds)}`, value, hint);
}

/** Requires an integer within `bounds`. */
export function checkInteger(symbol: string, value: unknown, bounds: Bounds, hint = ""): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && within(value, bounds)) return value;
  return refuse(symbol, `an integer${describeBounds(bounds)}`, value, hint);
}

/** Requires true or false. */
export function checkBoolean(symbol: string, value: unknown, hint = ""): boolean {
  return typeof value === "boolean" ? value : refuse(symbol, "true or false", value, hint);
}

/** Requires a text, not empty. */
export function checkText(symbol: string, value: unknown, hint = ""): string {
  return typeof value === "string" && value !== "" ? value : refuse(symbol, "a text", value, hint);
}

/** Requires one of a few texts. */
export function checkOneOf<Choice extends string>(
  symbol: string,
  value: unknown,
  choices: readonly Choice[],
  hint = "",
): Choice {
  if (choices.includes(value as Choice)) return value as Choice;
  const near = typeof value === "string" ? nearestName(value, choices) : undefined;
  const names = choices.map((choice) => `"${choice}"`).join(", ");
  return refuse(symbol, `one of ${names}`, value, near === undefined ? hint : `Did you mean "${near}"?`);
}

/**
 * Requires a function.
 *
 * @param what what it is a function of, such as `a function of z`
 */
export function checkFunction<F>(symbol: string, value: F, what = "a function", hint = ""): F {
  return typeof value === "function" ? value : refuse(symbol, what, value, hint);
}

/**
 * Requires an instance of a class.
 *
 * @param what the class for a reader, such as `a module such as new Linear(4, 2)`
 */
export function checkInstance<T>(
  symbol: string,
  value: unknown,
  type: abstract new (...parameters: never[]) => T,
  what: string,
  hint = "",
): T {
  return value instanceof type ? value : refuse(symbol, what, value, hint);
}

/**
 * Requires an array without holes whose entries all pass a check.
 *
 * @param what the array for a reader, such as `an array of tensors`
 * @param check called with the name of the entry, such as `stack.parts[0]`, and the entry
 */
export function checkArray<T>(
  symbol: string,
  value: readonly T[],
  what: string,
  check?: (symbol: string, entry: T) => unknown,
  hint = "",
): readonly T[] {
  const isArray: boolean = Array.isArray(value);
  if (!isArray) refuse(symbol, what, value, hint);
  // By index: the methods of arrays pass over holes.
  if (check) for (let i = 0; i < value.length; i++) check(`${symbol}[${i}]`, value[i] as T);
  return value;
}

/** Requires an array of numbers, or a typed array of them. */
export function checkNumbers<T extends ArrayLike<number>>(symbol: string, value: T, hint = ""): T {
  if (Array.isArray(value)) {
    const bad = Array.from(value).findIndex((entry) => typeof entry !== "number");
    return bad === -1 ? value : refuse(`${symbol}[${bad}]`, "a number", value[bad], hint);
  }
  return isTypedArray(value) ? value : refuse(symbol, "an array of numbers", value, hint);
}

/** Requires bytes; `Buffer` of Node is a `Uint8Array`. */
export function checkBytes(symbol: string, bytes: Uint8Array, hint = ""): Uint8Array {
  return checkInstance(symbol, bytes, Uint8Array, "a Uint8Array", hint);
}

/** Requires the sizes of a tensor's axes: an array of integers >= `min`. */
export function checkShape(symbol: string, shape: readonly number[], min = 1): readonly number[] {
  return checkArray(symbol, shape, "a shape such as [8, 4]", (axis, size) =>
    checkInteger(axis, size, { min }),
  );
}

/**
 * The names of all options of `Options`; the compiler holds them against the interface. An option that may be
 * null says so.
 */
export type KnownOptions<Options> = {
  readonly [Key in keyof Required<Options>]: null extends Options[Key] ? "nullable" : true;
};

/**
 * Requires an object of options: a plain object without unknown keys, in which only options that may be null are.
 * An option that is undefined counts as absent.
 *
 * @param known every option's name, as in `{ bias: true }`
 * @param example for options that cannot be left away: what they may look like
 * @throws MyelinError that names the nearest option for an unknown one
 */
export function checkOptions<Options extends object>(
  symbol: string,
  options: Options,
  known: KnownOptions<NoInfer<Options>>,
  example = "",
): Options {
  if (!isPlainObject(options)) {
    refuse(symbol, example === "" ? "an options object" : `an options object such as ${example}`, options);
  }
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(known, key)) unknownOption(symbol, key, Object.keys(known));
    if (value === null && known[key as keyof Options] !== "nullable") {
      refuse(`${symbol}.${key}`, "a value", value, "Leave the option away for its default.");
    }
  }
  return options;
}

/** `options` over `defaults`; what is undefined counts as absent. */
export function withDefaults<Options extends object>(
  defaults: Options,
  options: { readonly [Key in keyof Options]?: Options[Key] | undefined },
): Options {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(given) as Partial<Options>) };
}

function unknownOption(symbol: string, key: string, known: readonly string[]): never {
  const near = nearestName(key, known);
  const names = known.length === 0 ? "There are no options." : `Options: ${known.join(", ")}.`;
  const hint = near === undefined ? names : `Did you mean ${near}?`;
  throw new MyelinError(`${symbol}: unknown option "${key}". ${hint}`);
}

/** An object literal, or one like it from another window; no array, no instance of a class. */
export function isPlainObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Typed arrays whose entries are numbers, not bigints. */
function isTypedArray(value: unknown): boolean {
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return false;
  return !(value instanceof BigInt64Array || value instanceof BigUint64Array);
}

function within(value: number, bounds: Bounds): boolean {
  return (
    value >= (bounds.min ?? -Infinity) &&
    value <= (bounds.max ?? Infinity) &&
    (bounds.above === undefined || value > bounds.above) &&
    (bounds.below === undefined || value < bounds.below)
  );
}

function describeBounds(bounds: Bounds): string {
  const parts: string[] = [];
  if (bounds.min !== undefined) parts.push(`>= ${bounds.min}`);
  if (bounds.above !== undefined) parts.push(`> ${bounds.above}`);
  if (bounds.max !== undefined) parts.push(`<= ${bounds.max}`);
  if (bounds.below !== undefined) parts.push(`< ${bounds.below}`);
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}
