import { checkText } from "@myelin/core/checks";
import { checkBytes } from "../bytes/index.ts";
import { csvRows, tableText } from "./csv.ts";
import { isHeader, isMissing, isNumber } from "./cells.ts";

/** What a table holds. */
export interface TableInfo {
  /** The names of the columns, or their places where the table has none. */
  readonly columns: readonly string[];
  /** Those of them with numbers alone. */
  readonly numbers: readonly string[];
  /** Whether the first row has the names. */
  readonly header: boolean;
  readonly rows: number;
  /** Cells without a value. */
  readonly missing: number;
}

/**
 * What a table in CSV holds, whatever its columns are.
 *
 * @throws FormatError if it is none
 */
export function describeTable(bytes: Uint8Array, name = "table"): TableInfo {
  checkText("describeTable.name", name);
  const rows = [...csvRows(tableText(checkBytes("describeTable", bytes), name), name)];
  const [first, second] = rows;
  const header = first !== undefined && isHeader(first, second);
  const own = header ? rows.slice(1) : rows;
  const columns = first?.cells.map((cell, i) => (header && cell !== "" ? cell : String(i))) ?? [];
  const isFull = (i: number): boolean =>
    own.length > 0 && own.every(({ cells }) => isMissing(cells[i] ?? "") || isNumber(cells[i]));
  return {
    ...{ columns, header, rows: own.length, numbers: columns.filter((_, i) => isFull(i)) },
    missing: own.reduce((sum, { cells }) => sum + cells.filter(isMissing).length, 0),
  };
}
