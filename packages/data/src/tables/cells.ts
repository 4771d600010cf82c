import type { CsvRow } from "./csv.ts";

/** Cells that stand for no value. */
const MISSING = /^(|\?|-|na|n\/a|nan|null|none)$/i;

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Whether a cell holds a number. */
export function isNumber(cell: string | undefined): boolean {
  return cell !== undefined && NUMBER.test(cell);
}

/** Whether a cell holds no value. */
export function isMissing(cell: string): boolean {
  return MISSING.test(cell);
}

/** Whether the first row names the columns: none of its cells is a number, or one is none where the cell below is. */
export function isHeader({ cells }: CsvRow, second: CsvRow | undefined): boolean {
  if (!cells.some(isNumber)) return true;
  return cells.some((cell, i) => !isNumber(cell) && !isMissing(cell) && isNumber(second?.cells[i]));
}
