import { checkInteger, checkOptions, refuse } from "../../checks.ts";
import { numbersIn, type SparsePattern } from "../backend/index.ts";
import { sizeOf, type Tensor } from "../tensor.ts";
import { requireSize } from "./arguments.ts";

/** Requires a pattern, and as many values as it has places. */
export function checkValues(owner: string, pattern: SparsePattern, values: Tensor): void {
  checkPattern(`${owner}.pattern`, pattern);
  requireSize(`${owner}.values`, values, numbersIn(pattern), values);
}

/** Requires a pattern; the places themselves are believed. */
export function checkPattern(symbol: string, pattern: SparsePattern): void {
  checkOptions(symbol, pattern, { outputs: true, columns: true, block: true, places: true });
  checkInteger(`${symbol}.outputs`, pattern.outputs, { min: 1 });
  checkInteger(`${symbol}.columns`, pattern.columns, { min: 1 });
  if (![1, 4, 8].includes(pattern.block)) refuse(`${symbol}.block`, "1, 4 or 8", pattern.block);
  if (!(pattern.places instanceof Int32Array)) refuse(`${symbol}.places`, "an Int32Array", pattern.places);
}

/** Requires the shape of a dense weight with as many numbers as the pattern has room for. */
export function requireDense(symbol: string, pattern: SparsePattern, shape: readonly number[]): void {
  const size = pattern.outputs * pattern.columns;
  if (sizeOf(shape) !== size) refuse(symbol, `a shape of ${size} values`, shape, "It fits the pattern.");
}
