/** A value with a few significant digits: records stay short. */
export function rounded(value: number, digits = 5): number {
  return Number(value.toPrecision(digits));
}
