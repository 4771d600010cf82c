import { FormatError } from "@myelin/core";

/** What is wrong, and where, in a file that does not follow its format. */
export interface FormatProblem {
  /** The function that reads. */
  readonly reader: string;
  /** File name, as the user knows it. */
  readonly file: string;
  /** Offset of the first byte of the offending field. */
  readonly byte: number;
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
}

/** The one error a reader throws: file, byte offset, what was expected, what was there and what to do. */
export function formatError({ reader, file, byte, expected, got, hint }: FormatProblem): FormatError {
  return new FormatError(`${reader}: ${file}, byte ${byte}: expected ${expected}, got ${got}. ${hint}`);
}

/** "1 byte", "2 bytes": a count with its noun, for messages. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
