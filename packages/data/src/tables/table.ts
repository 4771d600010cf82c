import { FormatError } from "@myelin/core";
import { TruncatedError } from "@myelin/core/checks";
import {
  checkArray,
  checkBoolean,
  checkOneOf,
  checkOptions,
  checkText,
  listNames,
  nearestName,
  refuse,
} from "@myelin/core/checks";
import { checkBytes, plural } from "../bytes/index.ts";
import { isHeader, isMissing, isNumber } from "./cells.ts";
import { type CsvRow, csvRows, tableText } from "./csv.ts";

/** A column by its name, or by its place: from 0, or from the end, -1 being the last. */
export type ColumnChoice = string | number;

/** Which columns of a table are used, and how. */
export interface TableOptions {
  /** Name of the file in messages. */
  readonly name?: string;
  /**
   * Whether the first row names the columns. If left out, it does when none of its cells is a number, or one is none
   * where the cell below is.
   */
  readonly header?: boolean | undefined;
  /** The column of labels; "label" if left out. False for a table without. */
  readonly label?: ColumnChoice | false | undefined;
  /** The columns of numbers, in their order; all but the label if left out. */
  readonly columns?: readonly ColumnChoice[] | undefined;
  /** Columns that are not used. */
  readonly omit?: readonly ColumnChoice[] | undefined;
  /** What becomes of rows with an empty cell: an error if left out, or they are left out. */
  readonly missing?: "refuse" | "drop" | undefined;
}

/** The names of {@link TableOptions}. */
const TABLE_OPTIONS = {
  ...({ name: true, header: true, label: true, columns: true, omit: true, missing: true } as const),
} as const;

/** A table of numbers. */
export interface Table {
  readonly name: string;
  /** What the numbers of a row are called; their places where the table does not name them. */
  readonly columns: readonly string[];
  /** f64 [rows, columns]. */
  readonly values: Float64Array;
  /** The label of each row; none for a table without. */
  readonly labels: readonly string[];
  readonly rows: number;
  /** The line of the file on which each row begins. */
  readonly lines: readonly number[];
  /** Rows that were left out as a cell of them was empty. */
  readonly dropped: number;
}

/**
 * Reads a table of numbers in CSV, a sample per row: cells between commas, semicolons or tabs; with or without names in
 * the first row. An empty cell, `?`, `NA`, `NaN` or `null` is a missing value.
 *
 * @throws FormatError, with line and column, for a row of another length, a cell that is no number, or a missing one
 * @example const { values, labels } = readTable(bytes, { name: "iris.csv", label: "species" });
 */
export function readTable(bytes: Uint8Array, options: TableOptions = {}): Table {
  const { name = "table", missing = "refuse", ...choice } = checkTableOptions("readTable", options);
  const rows = csvRows(tableText(checkBytes("readTable", bytes), name), name)[Symbol.iterator]();
  const first = nextRow(rows);
  if (first === undefined) throw new TruncatedError(`${name}: expected a table, got no row. It is empty.`);
  const second = nextRow(rows);
  const hasNames = choice.header ?? isHeader(first, second);
  const layout = layoutOf(first.cells, hasNames, choice, name);
  const reader = new RowReader(layout, missing, name);
  if (!hasNames) reader.add(first);
  if (second) reader.add(second);
  for (let row = nextRow(rows); row !== undefined; row = nextRow(rows)) reader.add(row);
  return reader.finish();
}

/** @throws MyelinError for an option that is none */
export function checkTableOptions<T extends TableOptions>(symbol: string, options: T): T {
  checkOptions<TableOptions>(symbol, options, TABLE_OPTIONS);
  const { name, header, label, columns, omit, missing } = options;
  if (name !== undefined) checkText(`${symbol}.name`, name);
  if (header !== undefined) checkBoolean(`${symbol}.header`, header);
  if (label !== undefined && label !== false) checkColumn(`${symbol}.label`, label);
  for (const [key, list] of Object.entries({ columns, omit })) {
    if (list !== undefined) checkArray(`${symbol}.${key}`, list, "an array of columns", checkColumn);
  }
  if (missing !== undefined) checkOneOf(`${symbol}.missing`, missing, ["refuse", "drop"]);
  return options;
}

function checkColumn(symbol: string, column: ColumnChoice): void {
  if (typeof column === "number" ? Number.isInteger(column) : typeof column === "string") return;
  refuse(symbol, "the name of a column, or its place from 0", column);
}

function nextRow(rows: Iterator<CsvRow>): CsvRow | undefined {
  const next = rows.next();
  return next.done ? undefined : next.value;
}

/** Where the numbers and the label of a row are. */
interface Layout {
  readonly names: readonly string[];
  readonly places: readonly number[];
  /** -1 for a table without. */
  readonly label: number;
  /** Cells in a row. */
  readonly width: number;
}

function layoutOf(
  first: readonly string[],
  hasNames: boolean,
  { label = "label", columns, omit = [] }: TableOptions,
  table: string,
): Layout {
  const all = first.map((cell, i) => (hasNames && cell !== "" ? cell : String(i)));
  const twice = all.find((name, i) => all.indexOf(name) < i);
  if (twice !== undefined) {
    throw new FormatError(
      `${table}: expected columns of different names, got two of "${twice}". Rename one.`,
    );
  }
  const find = (choice: ColumnChoice, what: string) => placeOf(choice, all, hasNames, `${table}: ${what}`);
  const labelAt = label === false ? -1 : find(label, "label");
  const omitted = new Set(omit.map((choice) => find(choice, "omit")));
  // Where nothing in the table says which they are, as many columns as were asked for are these, in order.
  const areInOrder = !hasNames && labelAt === -1 && columns?.length === all.length;
  if (areInOrder)
    return { names: columns.map(String), places: all.map((_, i) => i), label: -1, width: all.length };
  const places =
    columns?.map((choice) => find(choice, "columns")) ??
    all.map((_, i) => i).filter((i) => i !== labelAt && !omitted.has(i));
  if (places.length === 0) {
    throw new FormatError(
      `${table}: expected columns of numbers, got none beside the label. See data.columns.`,
    );
  }
  return { names: places.map((i) => all[i]!), places, label: labelAt, width: all.length };
}

function placeOf(choice: ColumnChoice, names: readonly string[], hasNames: boolean, where: string): number {
  const place =
    typeof choice === "string" ? nameAt(choice, names) : choice < 0 ? names.length + choice : choice;
  if (place >= 0 && place < names.length) return place;
  const near = typeof choice === "string" ? nearestName(choice, names) : undefined;
  const hint = hasNames
    ? near === undefined
      ? "Choose one of these."
      : `Did you mean ${near}?`
    : "Without names in the first row, columns are told by their places, from 0; -1 is the last.";
  const got = hasNames ? `columns ${listNames(names)}` : plural(names.length, "column");
  const wanted = typeof choice === "string" ? `"${choice}"` : String(choice);
  throw new FormatError(`${where}: expected a column ${wanted}, got ${got}. ${hint}`);
}

/** The column of a name, in this case or another. */
function nameAt(choice: string, names: readonly string[]): number {
  const exact = names.indexOf(choice);
  return exact >= 0 ? exact : names.findIndex((name) => name.toLowerCase() === choice.toLowerCase());
}

/** Collects the numbers and labels of rows. */
class RowReader {
  readonly #layout: Layout;
  readonly #missing: "refuse" | "drop";
  readonly #table: string;
  readonly #labels: string[] = [];
  readonly #lines: number[] = [];
  #values = new Float64Array(1024);
  #rows = 0;
  #dropped = 0;

  constructor(layout: Layout, missing: "refuse" | "drop", table: string) {
    this.#layout = layout;
    this.#missing = missing;
    this.#table = table;
  }

  add({ line, cells }: CsvRow): void {
    const { places, names, label, width } = this.#layout;
    if (cells.length !== width) {
      const hint = "Put cells that hold the separator in quotes.";
      throw this.#problem(line, `${plural(width, "cell")}, as in the first row`, String(cells.length), hint);
    }
    const used = label === -1 ? places : [...places, label];
    const empty = used.find((place) => isMissing(cells[place]!));
    if (empty !== undefined && this.#missing === "drop") {
      this.#dropped++;
      return;
    }
    if (empty !== undefined) {
      const what = empty === label ? "a label" : `a number in ${this.#named(names, empty)}`;
      const got = cells[empty] === "" ? "nothing" : `"${cells[empty]}"`;
      throw this.#problem(line, what, got, "Fill it in, or leave such rows out with missing: drop.");
    }
    this.#grow();
    places.forEach((place, i) => {
      this.#values[this.#rows * places.length + i] = this.#number(cells[place]!, names[i]!, line);
    });
    if (label !== -1) this.#labels.push(cells[label]!.normalize("NFC"));
    this.#lines.push(line);
    this.#rows++;
  }

  finish(): Table {
    const { names: columns, places } = this.#layout;
    if (this.#rows === 0) {
      const got = this.#dropped === 0 ? "none" : `${plural(this.#dropped, "row")} with missing values`;
      throw new TruncatedError(`${this.#table}: expected rows of numbers, got ${got}. Add some.`);
    }
    const values = this.#values.slice(0, this.#rows * places.length);
    const counts = { rows: this.#rows, dropped: this.#dropped };
    return { name: this.#table, columns, values, labels: this.#labels, lines: this.#lines, ...counts };
  }

  #number(cell: string, column: string, line: number): number {
    const value = isNumber(cell) ? Number(cell) : NaN;
    if (Number.isFinite(value)) return value;
    const hint = /^[+-]?\d+,\d+$/.test(cell)
      ? "Write numbers with a point."
      : "Leave the column out with omit, or give each of its words a number.";
    throw this.#problem(line, `a number in column ${column}`, `"${cell.slice(0, 40)}"`, hint);
  }

  #named(names: readonly string[], place: number): string {
    return `column ${names[this.#layout.places.indexOf(place)]!}`;
  }

  #grow(): void {
    const needed = (this.#rows + 1) * this.#layout.places.length;
    if (needed <= this.#values.length) return;
    const larger = new Float64Array(Math.max(needed, 2 * this.#values.length));
    larger.set(this.#values);
    this.#values = larger;
  }

  #problem(line: number, expected: string, got: string, hint: string): FormatError {
    return new FormatError(`${this.#table}, line ${line}: expected ${expected}, got ${got}. ${hint}`);
  }
}
