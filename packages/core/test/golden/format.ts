/** The format of golden files: `{ convention, cases: [{ name, options, tensors: { name: { shape, data } } }] }`. */
import { FormatError } from "@myelin/core";

/** Numbers in row-major order; a shape of [] holds one. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Inputs and expected results of one case. */
export class GoldenCase {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly #tensors: Readonly<Record<string, unknown>>;

  /** @throws FormatError unless `value` has a name, options and tensors */
  constructor(value: unknown) {
    const { name, options, tensors } = objectOf("case", value);
    if (typeof name !== "string") throw new FormatError(`case: expected a name, got ${String(name)}.`);
    this.name = name;
    this.options = objectOf(`${name}.options`, options);
    this.#tensors = objectOf(`${name}.tensors`, tensors);
  }

  /** Names of all tensors. */
  get tensorNames(): string[] {
    return Object.keys(this.#tensors);
  }

  has(name: string): boolean {
    return name in this.#tensors;
  }

  /** @throws FormatError when the tensor is missing or its numbers do not fill its shape */
  tensor(name: string): GoldenTensor {
    if (!this.has(name)) {
      throw new FormatError(
        `${name}: expected a tensor, got none. There are ${this.tensorNames.join(", ")}.`,
      );
    }
    const { shape, data } = objectOf(name, this.#tensors[name]);
    if (!isNumbers(shape) || !isNumbers(data)) {
      throw new FormatError(`${name}: expected a shape and data of finite numbers, got something else.`);
    }
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== data.length) {
      throw new FormatError(
        `${name}: expected ${size} numbers for shape [${shape.join(", ")}], got ${data.length}.`,
      );
    }
    return { shape, data };
  }
}

/**
 * The cases of a golden file, not yet looked into.
 *
 * @throws FormatError when the text is not JSON or has no list of cases
 */
export function parseCases(text: string): unknown[] {
  const { cases } = objectOf("golden file", parseJson(text));
  if (!Array.isArray(cases)) {
    throw new FormatError(`golden file: expected a list "cases", got ${typeof cases}.`);
  }
  return cases;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError(
      `golden file: expected JSON, got ${text.length} characters that are not. ${String(error)}`,
    );
  }
}

function objectOf(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  const got = Array.isArray(value) ? "a list" : value === null ? "null" : typeof value;
  throw new FormatError(`${name}: expected an object, got ${got}.`);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === "number" && Number.isFinite(item));
}
