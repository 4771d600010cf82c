import { FormatError } from "@myelin/core";
import { TruncatedError, UnsupportedError } from "@myelin/core/checks";

/** Why a file cannot be read: it breaks its format, it ends too early, or it may be whole but of a kind that is not read. */
export type Fault = "damaged" | "cut short" | "not supported";

/** The error of each fault. */
export const ERRORS = {
  damaged: FormatError,
  "cut short": TruncatedError,
  "not supported": UnsupportedError,
} as const satisfies Readonly<Record<Fault, typeof FormatError>>;

const HINTS: Readonly<Record<Fault, string>> = {
  damaged: "The file is damaged: get it again.",
  "cut short": "The file is cut short: get it again.",
  "not supported": "The file may be whole, but this is not read.",
};

/** What is wrong with a file, and where. */
export interface Problem {
  /** The function that reads. */
  readonly reader: string;
  /** File name, as the user knows it. */
  readonly file: string;
  /** Where in the file, such as "byte 12" or "node/nodes/lif". */
  readonly at?: string | undefined;
  readonly expected: string;
  readonly got: string;
  readonly hint?: string | undefined;
  /** "damaged" if left out. */
  readonly kind?: Fault | undefined;
}

/** The one error that a reader throws: file, place, what was expected, what was there and what to do. */
export function fileError({ reader, file, at, expected, got, hint, kind = "damaged" }: Problem): FormatError {
  const place = at === undefined ? file : `${file}, ${at}`;
  return new ERRORS[kind](`${reader}: ${place}: expected ${expected}, got ${got}. ${hint ?? HINTS[kind]}`);
}

/** Text of a file for a message, cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
