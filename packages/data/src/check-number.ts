import { ShapeError } from "@myelin/core";

/** What a numeric option may be; every bound that is present must hold. */
export interface NumberBounds {
  readonly integer?: boolean;
  /** Smallest and largest allowed value. */
  readonly min?: number;
  readonly max?: number;
  /** The value must be greater than this. */
  readonly above?: number;
}

/**
 * Checks a numeric option and gives it back.
 *
 * @param symbol what is checked, e.g. `randomSlice.lengthUs`
 * @param hint one sentence that says how to choose the value
 * @throws ShapeError unless `value` is a finite number within `bounds`
 */
export function checkNumber(symbol: string, value: unknown, bounds: NumberBounds, hint: string): number {
  if (typeof value === "number" && isWithin(value, bounds)) return value;
  throw new ShapeError(`${symbol}: expected ${describeBounds(bounds)}, got ${String(value)}. ${hint}`);
}

function isWithin(value: number, { integer, min, max, above }: NumberBounds): boolean {
  return (
    (integer ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    value >= (min ?? -Infinity) &&
    value <= (max ?? Infinity) &&
    (above === undefined || value > above)
  );
}

function describeBounds({ integer, min, max, above }: NumberBounds): string {
  const limits = [
    ...(min === undefined ? [] : [`>= ${min}`]),
    ...(above === undefined ? [] : [`> ${above}`]),
    ...(max === undefined ? [] : [`<= ${max}`]),
  ];
  return [integer ? "an integer" : "a number", limits.join(" and ")].filter(Boolean).join(" ");
}
