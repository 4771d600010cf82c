import { FormatError } from "@myelin/core";
import { TruncatedError, UnsupportedError } from "@myelin/core/checks";

/** The fault that an error stands for; "damaged" for errors of other kinds. */
export function faultOf(error: unknown): FileFault {
  if (error instanceof TruncatedError) return "cut short";
  return error instanceof UnsupportedError ? "not supported" : "damaged";
}

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
  /** "damaged" if left out. */
  readonly kind?: FileFault;
}

/** Why a file cannot be read: it breaks its format, it ends too early, or it may be whole but of a kind that is not read. */
export type FileFault = "damaged" | "cut short" | "not supported";

/** The error of each fault. */
export const FILE_ERRORS = {
  damaged: FormatError,
  "cut short": TruncatedError,
  "not supported": UnsupportedError,
} as const satisfies Readonly<Record<FileFault, typeof FormatError>>;

/** The one error a reader throws: file, byte offset, what was expected, what was there and what to do. */
export function formatError(problem: FormatProblem): FormatError {
  const { reader, file, byte, expected, got, hint, kind = "damaged" } = problem;
  return new FILE_ERRORS[kind](`${reader}: ${file}, byte ${byte}: expected ${expected}, got ${got}. ${hint}`);
}

/** "1 byte", "2 bytes": a count with its noun, for messages. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
