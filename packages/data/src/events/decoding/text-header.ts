import { formatError, plural } from "../../bytes/index.ts";
import type { ByteReader } from "./byte-reader.ts";

/** A header with preferences in it has a few hundred kilobytes; more than this is no header. */
const MAX_HEADER_BYTES = 4 * 2 ** 20;
const MAX_LINE_BYTES = 2 ** 20;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;

/** How a text header looks. */
export interface TextHeaderOptions {
  /** The character that each line starts with: "#" or "%". */
  readonly mark: string;
  /** A line that is the last one, whatever follows. */
  readonly isLast: (line: string) => boolean;
}

/**
 * Reads the lines at the front of a file that start with a mark, without their ends. Data follows directly and may by
 * chance begin with the mark too; it is told by its bytes: a line ends in CR LF, as the first line did, or has no
 * control characters.
 *
 * @throws FormatError if the header is larger than any real one
 */
export async function readTextHeader(
  bytes: ByteReader,
  { mark, isLast }: TextHeaderOptions,
): Promise<string[]> {
  const lines: string[] = [];
  let endsInReturn = false;
  for (;;) {
    const line = await peekLine(bytes, mark.charCodeAt(0));
    if (!line || !(isText(line) || (endsInReturn && line.at(-2) === RETURN))) return lines;
    endsInReturn = line.at(-2) === RETURN;
    const text = new TextDecoder().decode(line).replace(/\r?\n$/, "");
    lines.push(text);
    bytes.consume(line.length);
    if (isLast(text)) return lines;
    if (bytes.offset > MAX_HEADER_BYTES) throw tooLong(bytes);
  }
}

/** The next line with its end, if it starts with `mark`. */
async function peekLine(bytes: ByteReader, mark: number): Promise<Uint8Array | undefined> {
  await bytes.fill(1);
  if (bytes.available[0] !== mark) return undefined;
  for (let wanted = 256; ; wanted *= 2) {
    const atHand = await bytes.fill(Math.min(wanted, MAX_LINE_BYTES));
    const end = bytes.available.subarray(0, MAX_LINE_BYTES).indexOf(NEWLINE);
    if (end >= 0) return bytes.available.subarray(0, end + 1);
    if (atHand < wanted) return undefined;
  }
}

function isText(line: Uint8Array): boolean {
  return line.every((byte) => byte >= SPACE || byte === NEWLINE || byte === RETURN || byte === TAB);
}

function tooLong(bytes: ByteReader) {
  return formatError({
    reader: "openEvents",
    file: bytes.name,
    byte: bytes.offset,
    expected: `the end of the header within ${plural(MAX_HEADER_BYTES, "byte")}`,
    got: "one more line",
    hint: "The file is damaged: get it again.",
  });
}
