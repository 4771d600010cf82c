import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { FormatError } from "@myelin/core";
import { listNames } from "@myelin/core/checks";
import { csvRows, type CsvRow, tableText } from "../../tables/index.ts";
import type { Split } from "../dataset-spec.ts";
import { unreadableFile } from "../files/index.ts";
import type { ClassFile } from "./class-file.ts";

/** The columns of a table of files, by their places. */
interface Columns {
  readonly file: number;
  readonly label: number;
  readonly split: number;
  /** How many cells each row has. */
  readonly count: number;
}

const NAMES = {
  file: /^(file|files|filename|file_name|path|filepath|image|sound|recording)$/i,
  label: /^(label|labels|class|class_name|category|target)$/i,
  split: /^(split|part|set)$/i,
};

/**
 * The files that a table in CSV names: columns `file` and `label`, perhaps `split` (train or test), in any order. Without
 * such a first row, the first column has the files and the second the labels. Paths begin at the table.
 *
 * @throws FormatError for a row without a file or label, or a file that is not there, with its line
 */
export async function tableFiles(place: string, what: string): Promise<ClassFile[]> {
  const name = path.basename(place);
  const text = tableText(await readFile(place).catch(unreadableFile(what, place)), name);
  let columns: Columns | undefined;
  const files: ClassFile[] = [];
  for (const row of csvRows(text, name)) {
    const isFirst = columns === undefined;
    columns ??= columnsOf(row, name);
    if (isFirst && isHeader(row)) continue;
    const file = fileOf(row, columns, name);
    const own = path.resolve(path.dirname(place), file.path);
    await requireFile(own, name, row.line);
    files.push({ ...file, path: own });
  }
  const withSplit = files.filter(({ split }) => split !== undefined).length;
  if (withSplit === 0 || withSplit === files.length) return files;
  throw new FormatError(
    `${name}: expected train or test for all ${files.length} files, got it for ${withSplit}. Leave the column out to have them drawn.`,
  );
}

function isHeader({ cells }: CsvRow): boolean {
  return cells.some((cell) => NAMES.file.test(cell)) && cells.some((cell) => NAMES.label.test(cell));
}

function columnsOf(row: CsvRow, name: string): Columns {
  const { cells } = row;
  const count = cells.length;
  if (!isHeader(row)) {
    if (count === 2) return { file: 0, label: 1, split: -1, count };
    throw new FormatError(
      `${name}, line ${row.line}: expected columns "file" and "label", got ${listNames(cells.map((cell) => `"${cell}"`))}. ` +
        "Name the columns in the first row.",
    );
  }
  const place = (pattern: RegExp): number => cells.findIndex((cell) => pattern.test(cell));
  return { file: place(NAMES.file), label: place(NAMES.label), split: place(NAMES.split), count };
}

function fileOf({ cells, line }: CsvRow, columns: Columns, name: string): ClassFile {
  const where = `${name}, line ${line}`;
  if (cells.length !== columns.count) {
    throw new FormatError(
      `${where}: expected ${columns.count} cells, as in the first row, got ${cells.length}. Put cells with commas in quotes.`,
    );
  }
  const [file = "", className = "", split] = [
    cells[columns.file],
    cells[columns.label],
    cells[columns.split],
  ];
  if (file === "" || className === "") {
    throw new FormatError(
      `${where}: expected a file and its label, got ${file === "" ? "no file" : "no label"}. Fill it in or remove the row.`,
    );
  }
  return { path: file, className: className.normalize("NFC"), split: splitOf(split, where) };
}

function splitOf(text: string | undefined, where: string): Split | undefined {
  if (text === undefined || text === "") return undefined;
  const split = text.toLowerCase();
  if (split === "train" || split === "test") return split;
  throw new FormatError(
    `${where}: expected the part train or test, got "${text}". Other parts are not known.`,
  );
}

async function requireFile(file: string, table: string, line: number): Promise<void> {
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile) return;
  throw new FormatError(
    `${table}, line ${line}: expected a file at ${file}, got none. Paths begin at the table's folder.`,
  );
}
