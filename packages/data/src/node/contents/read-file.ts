import { checkText, checkOptions, checkNumber } from "@myelin/core/checks";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { formatError, gunzip, isGzip, plural } from "../../bytes/index.ts";
import { unreadableFile } from "../files/index.ts";

/**
 * Reads a whole file and decompresses it if it is gzipped.
 *
 * @param options `maxBytes`: upper limit of the size, before and after decompression
 * @throws FormatError if the file is larger or its gzip data is damaged, MyelinError if it cannot be read
 */
export async function readMaybeGzip(
  file: string,
  options: { readonly maxBytes: number },
): Promise<Uint8Array> {
  checkText("readMaybeGzip.file", file);
  const { maxBytes } = checkOptions("readMaybeGzip", options, { maxBytes: true }, "{ maxBytes: 1e9 }");
  checkNumber("readMaybeGzip.maxBytes", maxBytes, { min: 0 });
  const { size } = await stat(file).catch(unreadableFile("readMaybeGzip", file));
  const name = path.basename(file);
  if (size > mostPackedBytes(maxBytes)) {
    throw formatError({
      reader: "readMaybeGzip",
      file: name,
      byte: 0,
      expected: `at most ${plural(maxBytes, "byte")}`,
      got: plural(size, "byte"),
      hint: "The file is not what its name says: get it again.",
    });
  }
  const bytes = await readFile(file).catch(unreadableFile("readMaybeGzip", file));
  return isGzip(bytes) ? gunzip(bytes, { maxBytes, name }) : bytes;
}

/** The largest size of so many bytes when gzipped: data that does not compress grows a little, beside the headers. */
export function mostPackedBytes(bytes: number): number {
  return bytes * 1.001 + 65536;
}
