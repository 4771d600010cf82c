/** Elementwise arithmetic and whole-array sums. */
import type { OutsideValue, ValueRange } from "../../backend-losses.ts";

/** `out[i] = value`. */
export function fill(out: Float64Array, value: number): void {
  out.fill(value);
}

/** `out[i] = x[i]`. */
export function copy(x: Float64Array, out: Float64Array): void {
  out.set(x);
}

/** `out[i] = f(x[i])`. */
export function map(x: Float64Array, f: (value: number) => number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = f(x[i]!);
}

/** Images are kept in logical order, so that turning one into rows, or back, is a copy. */
export function copyImage(_size: object, x: Float64Array, out: Float64Array): void {
  copy(x, out);
}

/** `out[i] = a[i] + b[i]`. */
export function add(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! + b[i]!;
}

/** `out[i] = x[i] factor`. */
export function scale(x: Float64Array, factor: number, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! * factor;
}

/** `out[i] = x[i] factor[0]`. */
export function scaleBy(x: Float64Array, factor: Float64Array, out: Float64Array): void {
  scale(x, factor[0]!, out);
}

/** `out[i] = a[i] b[i]`. */
export function multiply(a: Float64Array, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = a[i]! * b[i]!;
}

/** `out[0] = sum of x`. */
export function sum(x: Float64Array, out: Float64Array): void {
  out[0] = x.reduce((total, value) => total + value, 0);
}

/** `sum_i x[i]^2`. */
export function sumOfSquares(x: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return sum;
}

/** How many values are not zero; NaN is not zero. */
export function countNonZero(x: Float64Array): number {
  let count = 0;
  for (const value of x) if (value !== 0) count++;
  return count;
}

/** The first value that is not in range. */
export function findOutside(
  x: Float64Array,
  { min, max, whole = false }: ValueRange,
): OutsideValue | undefined {
  const index = x.findIndex(
    (value) => !(value >= min && value <= max) || (whole && !Number.isInteger(value)),
  );
  return index < 0 ? undefined : { index, value: x[index]! };
}

/** Whether `candidate` takes the place of `best` in a search for the first maximum; the first NaN wins over all. */
export function exceeds(candidate: number, best: number): boolean {
  return candidate > best || (Number.isNaN(candidate) && !Number.isNaN(best));
}
