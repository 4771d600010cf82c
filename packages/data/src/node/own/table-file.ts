import { readFile } from "node:fs/promises";
import path from "node:path";
import { FormatError } from "@myelin/core";
import { checkOptions, checkText, warn } from "@myelin/core/checks";
import {
  checkTableOptions,
  readTable,
  selectRows,
  type Table,
  type TableOptions,
  type ValueDataset,
  valueDataset,
} from "../../tables/index.ts";
import type { Split } from "../dataset-spec.ts";
import { unreadableFile } from "../files/index.ts";
import {
  checkSplitOptions,
  classesOf,
  drawSplit,
  type OwnSplitOptions,
  SPLIT_OPTIONS,
} from "../labelled/index.ts";
import { ownFiles } from "./own-files.ts";

/** Options of {@link openTable}. */
export interface TableFileOptions extends Omit<TableOptions, "name">, OwnSplitOptions {}

/** A table of one's own. */
export interface OwnTable {
  readonly name: string;
  /** The classes of both parts: "2" before "10". */
  readonly classNames: readonly string[];
  /** What the numbers of a row are called. */
  readonly columns: readonly string[];
  /** The rows of a part. */
  open(split: Split): ValueDataset;
}

const KNOWN = {
  ...SPLIT_OPTIONS,
  ...({ header: true, label: true, columns: true, omit: true, missing: true } as const),
};

/**
 * Opens a table of numbers in CSV, a sample per row, or a folder with one for training and one for testing, whose names
 * end with `train` and `test`. Of one file a share of each class is drawn for testing. See {@link readTable}.
 *
 * @throws MyelinError if it cannot be read
 * @throws FormatError, with line and column, for what is no number; if two files have different columns or a class is not
 * in `classNames`
 * @example
 * const table = await openTable("iris.csv", { label: "species" });
 * const train = table.open("train");
 * const dataset = createDataset(train, { normalise: columnStatistics(train) });
 */
export async function openTable(file: string, options: TableFileOptions = {}): Promise<OwnTable> {
  checkText("openTable.file", file);
  const checked = checkOptions<TableFileOptions>("openTable", options, KNOWN);
  checkSplitOptions("openTable", checked);
  const { test, splitSeed, classNames: stored, ...choice } = checked;
  checkTableOptions("openTable", choice);
  const name = path.basename(path.resolve(file));
  const files = await ownFiles(file, "a table in CSV", /\.(csv|tsv|txt)$/i);
  if ("whole" in files) {
    const table = await readOwn(files.whole, choice);
    const classNames = classesOf(file, table.labels, stored);
    const all = asDataset(table, name, classNames);
    const drawn = drawSplit(file, all, { test, splitSeed });
    const open = (split: Split): ValueDataset => selectRows(all, drawn[split]);
    return { ...{ name, classNames, columns: table.columns }, open };
  }
  const tables = { train: await readOwn(files.train, choice), test: await readOwn(files.test, choice) };
  requireSameColumns(tables.train, tables.test);
  const classNames = classesOf(file, [...new Set([...tables.train.labels, ...tables.test.labels])], stored);
  const open = (split: Split): ValueDataset => asDataset(tables[split], name, classNames);
  return { ...{ name, classNames, columns: tables.train.columns }, open };
}

async function readOwn(file: string, choice: TableOptions): Promise<Table> {
  const bytes = await readFile(file).catch(unreadableFile("openTable", file));
  const table = readTable(bytes, { ...choice, name: path.basename(file) });
  if (table.dropped > 0) {
    warn(`${file}: expected a value in every cell, got rows with missing ones, left out: ${table.dropped}.`);
  }
  return table;
}

function asDataset(
  { values, labels, columns }: Table,
  name: string,
  classNames: readonly string[],
): ValueDataset {
  const numbers = new Map(classNames.map((own, label) => [own, label]));
  return valueDataset({
    name,
    classNames,
    columns,
    values,
    labels: labels.map((label) => numbers.get(label)!),
  });
}

function requireSameColumns(train: Table, test: Table): void {
  const odd = train.columns.findIndex((column, i) => column !== test.columns[i]);
  if (odd === -1 && train.columns.length === test.columns.length) return;
  throw new FormatError(
    `${test.name}: expected the columns of ${train.name}, ${train.columns.join(", ")}, got ${test.columns.join(", ")}. ` +
      "Choose those that both have with columns.",
  );
}
