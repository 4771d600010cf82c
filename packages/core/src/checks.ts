import { MyelinError } from "./errors.ts";

/** Bounds of an option; every one that is present must hold. */
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
 * Checks a finite numeric option.
 *
 * @param symbol what is checked, e.g. `LIF.tau`
 * @param hint one sentence that says how to choose the value
 * @throws MyelinError if `value` is not a finite number within `bounds`
 */
export function checkNumber(symbol: string, value: number, bounds: Bounds, hint = ""): number {
  if (typeof value !== "number" || !Number.isFinite(value) || !within(value, bounds)) {
    throw new MyelinError(message(symbol, `a finite number${describe(bounds)}`, value, hint));
  }
  return value;
}

/**
 * Checks an integer option.
 *
 * @throws MyelinError if `value` is not an integer within `bounds`
 */
export function checkInteger(symbol: string, value: number, bounds: Bounds, hint = ""): number {
  if (!Number.isSafeInteger(value) || !within(value, bounds)) {
    throw new MyelinError(message(symbol, `an integer${describe(bounds)}`, value, hint));
  }
  return value;
}

function within(value: number, bounds: Bounds): boolean {
  return (
    value >= (bounds.min ?? -Infinity) &&
    value <= (bounds.max ?? Infinity) &&
    (bounds.above === undefined || value > bounds.above) &&
    (bounds.below === undefined || value < bounds.below)
  );
}

function describe(bounds: Bounds): string {
  const parts: string[] = [];
  if (bounds.min !== undefined) parts.push(`>= ${bounds.min}`);
  if (bounds.above !== undefined) parts.push(`> ${bounds.above}`);
  if (bounds.max !== undefined) parts.push(`<= ${bounds.max}`);
  if (bounds.below !== undefined) parts.push(`< ${bounds.below}`);
  return parts.length === 0 ? "" : ` ${parts.join(" and ")}`;
}

function message(symbol: string, expected: string, value: unknown, hint: string): string {
  const text = `${symbol}: expected ${expected}, got ${String(value)}.`;
  return hint === "" ? text : `${text} ${hint}`;
}
