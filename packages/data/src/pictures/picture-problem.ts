import { FILE_ERRORS, type FileFault, formatError } from "../bytes/index.ts";
import { FormatError } from "@myelin/core";

/** The most pixels of a picture: 67 million. */
export const MOST_PIXELS = 2 ** 26;

const HINTS: Readonly<Record<FileFault, string>> = {
  damaged: "The file is damaged: get it or write it again.",
  "cut short": "The file is cut short: get it or write it again.",
  "not supported": "Convert it to PNG or JPEG.",
};

/** Throws what is wrong with a picture, and where. */
export function refusePicture(
  file: string,
  { byte = 0, expected, got, kind = "damaged" }: PictureProblem,
): never {
  throw formatError({ reader: "decodeImage", ...{ file, byte, expected, got, kind }, hint: HINTS[kind] });
}

/** What is wrong with a picture. */
export interface PictureProblem {
  readonly byte?: number;
  readonly expected: string;
  readonly got: string;
  readonly kind?: FileFault;
}

/** @throws FormatError for a picture without pixels or with more than there may be */
export function requirePictureSize(file: string, width: number, height: number, byte = 0): void {
  if (width > 0 && height > 0 && width * height <= MOST_PIXELS) return;
  const expected = `a picture of 1 to ${MOST_PIXELS} pixels`;
  refusePicture(file, { byte, expected, got: `${width} x ${height}` });
}

/** Runs a library's decoder, whose errors become ours. */
export function decoding<T>(file: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const got = reason.replace(/\.$/, "").slice(0, 120);
    throw new FILE_ERRORS.damaged(
      `decodeImage: ${file}: expected ${what}, got data of which its decoder says "${got}". ${HINTS.damaged}`,
      { cause },
    );
  }
}
