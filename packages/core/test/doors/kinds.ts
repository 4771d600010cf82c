import { type Engine, Module, tensor, Tensor } from "../../src/index.ts";
import { sizeOf } from "../../src/entries/ops.ts";

/** What an argument may be: a right value, made anew for each call, and which others are right too. */
export interface Kind {
  readonly make: () => unknown;
  /** Whether a value may be right; then the call may succeed or throw a MyelinError. */
  readonly allows: (value: unknown) => boolean;
  /** Values that are not tried, as the user's own code would run. */
  readonly skips?: (value: unknown) => boolean;
  /** The kinds of an option object's entries. */
  readonly entries?: Readonly<Record<string, Kind>>;
}

/** A function, constructor or method with the kinds of its arguments. */
export interface Door {
  readonly kinds: readonly Kind[];
  /** Calls it; the result is awaited. */
  readonly call: (values: unknown[]) => unknown;
  /** Whether it is called between steps. */
  readonly betweenSteps?: boolean;
  /** The message of what right values lack here, such as a data set's files: mistakes are told before it. */
  readonly lacks?: RegExp;
}

/** Doors by the name of the export, methods as `Class.method`; a text says why there is nothing to check. */
export type Doors = Readonly<Record<string, Door | string>>;

// What is stored away calls nothing: the functions here may be called with anything.
type Callable = (...values: never[]) => unknown;

/** A function. */
export function fn(target: Callable, ...kinds: Kind[]): Door {
  return { kinds, call: (values) => target(...(values as never[])) };
}

/** A class that is constructed. */
export function made(type: new (...values: never[]) => unknown, ...kinds: Kind[]): Door {
  return { kinds, call: (values) => new type(...(values as never[])) };
}

/** A method of the object that `make` gives; it is made anew for each call. */
export function method<T extends object>(make: () => T, name: keyof T & string, ...kinds: Kind[]): Door {
  const call = (values: unknown[]): unknown => {
    const target = make();
    return (target[name] as Callable).apply(target, values as never[]);
  };
  return { kinds, call };
}

/** Any value that fits a description. */
export function kind(make: () => unknown, allows: (value: unknown) => boolean): Kind {
  return { make, allows };
}

/** A finite number >= min. */
export function number(value: number, min = -Infinity): Kind {
  return kind(
    () => value,
    (given) => typeof given === "number" && Number.isFinite(given) && given >= min,
  );
}

/** An integer >= min. */
export function integer(value: number, min = 1): Kind {
  return kind(
    () => value,
    (given) => typeof given === "number" && Number.isSafeInteger(given) && given >= min,
  );
}

/** True or false. */
export const boolean: Kind = kind(
  () => true,
  (given) => typeof given === "boolean",
);

/** A text, one of `choices` if there are any. */
export function text(value: string, ...choices: string[]): Kind {
  const allows = (given: unknown): boolean =>
    choices.length === 0 ? typeof given === "string" && given !== "" : choices.includes(given as string);
  return kind(() => value, allows);
}

/** A function; others that are tried would be called. */
export function callback(value: (...values: never[]) => unknown): Kind {
  const isFunction = (given: unknown): boolean => typeof given === "function";
  return { make: () => value, allows: isFunction, skips: isFunction };
}

/** A tensor of that shape: zeros and ones. */
export function tensorOf(...shape: number[]): Kind {
  return kind(
    () =>
      tensor(
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => Number(i % 3 === 0)),
        shape,
      ),
    isUsable,
  );
}

/** A tensor of that shape which is no image, whatever the number of axes. */
export function weightOf(...shape: number[]): Kind {
  const size = sizeOf(shape);
  return kind(
    () =>
      tensor(
        Float32Array.from({ length: size }, (_, i) => (i % 5) - 2),
        [size],
      ).viewAs(shape),
    isUsable,
  );
}

/** A tensor of the current engine whose step has not ended. */
function isUsable(value: unknown): boolean {
  return value instanceof Tensor && value.isAlive && !strangers.has(value.engine);
}

/** Engines whose tensors are out of place. */
export const strangers = new Set<Engine>();

/** An array (no typed one) that holds what it should. */
export function list(make: () => readonly unknown[], allowsEntry: (value: unknown) => boolean): Kind {
  return kind(make, (given) => Array.isArray(given) && Array.from(given).every(allowsEntry));
}

/** Numbers in an array or a typed array. */
export function numbers(...values: number[]): Kind {
  return kind(
    () => values,
    (given) =>
      (Array.isArray(given) && Array.from(given).every((entry) => typeof entry === "number")) ||
      given instanceof Float32Array ||
      given instanceof Uint8Array,
  );
}

/** Sizes of axes. */
export function shape(...sizes: number[]): Kind {
  return list(
    () => sizes,
    (size) => Number.isSafeInteger(size) && (size as number) >= 0,
  );
}

/** A module of a network. */
export function module(make: () => Module): Kind {
  return kind(make, (given) => given instanceof Module);
}

/** An instance of a class. */
export function instance(type: abstract new (...values: never[]) => unknown, make: () => unknown): Kind {
  return kind(make, (given) => given instanceof type);
}

/** An object of options, with the kind of each. */
export function options(entries: Readonly<Record<string, Kind>>): Kind {
  return {
    make: () => Object.fromEntries(Object.entries(entries).map(([key, entry]) => [key, entry.make()])),
    // An empty object may do when all options are optional.
    allows: (given) => typeof given === "object" && given !== null && !Array.isArray(given) && isBare(given),
    entries,
  };
}

function isBare(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = prototype === null || prototype === Object.prototype;
  return plain && Object.values(value).every((entry) => entry === undefined);
}

/** What may be left away. */
export function optional(inner: Kind): Kind {
  return { ...inner, allows: (value) => value === undefined || inner.allows(value) };
}

/** What may be null. */
export function nullable(inner: Kind): Kind {
  return { ...inner, allows: (value) => value === null || inner.allows(value) };
}

/** What the documentation leaves to the user: anything goes, but no error from inside. */
export function anything(make: () => unknown): Kind {
  return kind(make, () => true);
}
