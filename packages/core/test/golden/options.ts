/** Reads the options of a case, which come from a file and may be anything. */
import { FormatError } from "@myelin/core";

type Options = Readonly<Record<string, unknown>>;

/** @throws FormatError when the option is missing or not a number */
export function numberOption(options: Options, name: string, fallback?: number): number {
  const value = options[name] ?? fallback;
  if (typeof value === "number") return value;
  throw new FormatError(`options.${name}: expected a number, got ${JSON.stringify(value)}.`);
}

/** @throws FormatError when the option is not true or false */
export function booleanOption(options: Options, name: string): boolean {
  const value = options[name] ?? false;
  if (typeof value === "boolean") return value;
  throw new FormatError(`options.${name}: expected true or false, got ${JSON.stringify(value)}.`);
}

/** @throws FormatError when the option is none of the choices */
export function choiceOption<T extends string>(options: Options, name: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === options[name]);
  if (found !== undefined) return found;
  throw new FormatError(
    `options.${name}: expected one of ${choices.join(", ")}, got ${JSON.stringify(options[name])}.`,
  );
}
