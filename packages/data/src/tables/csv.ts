import { FormatError } from "@myelin/core";
import { TruncatedError } from "@myelin/core/checks";

/** A row of a table and the line of the file on which it begins, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** What separates the cells of a row. */
const DELIMITERS = [",", ";", "\t"] as const;

type Delimiter = (typeof DELIMITERS)[number];

/** More than this is no table that fits into memory. */
const MOST_BYTES = 2 ** 29;

/**
 * The text of a table, without the mark that some programs put ahead of it.
 *
 * @throws FormatError if it is no UTF-8, or larger than 512 MiB
 */
export function tableText(bytes: Uint8Array, name: string): string {
  if (bytes.length > MOST_BYTES) {
    throw new FormatError(
      `${name}: expected a table of at most 512 MiB, got ${Math.ceil(bytes.length / 2 ** 20)} MiB. Divide it.`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError(
      `${name}: expected a table in UTF-8, got bytes that are none. Save it as "CSV UTF-8".`,
      { cause },
    );
  }
}

/**
 * The rows of a table in CSV (RFC 4180): cells between commas, semicolons or tabs, whichever the first row has most of;
 * in double quotes where they hold these or line ends, a quote inside being written twice. Lines end with LF, CRLF or
 * CR. Empty lines are left out, and spaces around cells that are not in quotes.
 *
 * @param name of the file, for messages
 * @throws FormatError for a quote inside a cell without quotes, or behind its end
 * @throws TruncatedError for a quote that is never closed
 */
export function* csvRows(text: string, name: string): Iterable<CsvRow> {
  const delimiter = delimiterOf(text);
  let line = 1;
  for (let at = 0; at < text.length;) {
    const start = line;
    const cells: string[] = [];
    for (;;) {
      const cell =
        text[skipSpaces(text, at, delimiter)] === '"'
          ? quoted(text, at, delimiter, name, line)
          : plain(text, at, delimiter);
      cells.push(cell.value);
      line += cell.lines;
      at = cell.end;
      if (text[at] !== delimiter) break;
      at++;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line++;
    if (cells.length > 1 || cells[0] !== "") yield { line: start, cells };
  }
}

/** A cell, where it ends, and the line ends inside it. */
interface Cell {
  readonly value: string;
  readonly end: number;
  readonly lines: number;
}

function plain(text: string, at: number, delimiter: Delimiter): Cell {
  let end = at;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end++;
  return { value: text.slice(at, end).trim(), end, lines: 0 };
}

function quoted(text: string, at: number, delimiter: Delimiter, name: string, line: number): Cell {
  const start = skipSpaces(text, at, delimiter) + 1;
  let value = "";
  for (let from = start; ;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) {
      throw new TruncatedError(
        `${name}, line ${line}: expected a closing quote ("), got the end of the file. Write a quote inside a cell twice.`,
      );
    }
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') {
      const end = skipSpaces(text, quote + 1, delimiter);
      const next = text[end];
      const isEnd = next === undefined || next === delimiter || next === "\n" || next === "\r";
      const lines = value.split(/\r\n|\n|\r/).length - 1;
      if (isEnd) return { value, end, lines };
      throw new FormatError(
        `${name}, line ${line + lines}: expected the end of a cell behind its closing quote, got "${next}". ` +
          "Write a quote inside a cell twice.",
      );
    }
    value += '"';
    from = quote + 2;
  }
}

function skipSpaces(text: string, at: number, delimiter: Delimiter): number {
  let next = at;
  while (text[next] === " " || (text[next] === "\t" && delimiter !== "\t")) next++;
  return next;
}

/** The delimiter that the first row with anything in it has most of, outside of quotes. */
function delimiterOf(text: string): Delimiter {
  const counts = new Map<string, number>();
  let isQuoted = false;
  for (const letter of text.trimStart().slice(0, 65_536)) {
    if (letter === '"') isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (letter === "\n" || letter === "\r") break;
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  const [first, ...others] = DELIMITERS;
  return others.reduce<Delimiter>(
    (best, other) => ((counts.get(other) ?? 0) > (counts.get(best) ?? 0) ? other : best),
    first,
  );
}
