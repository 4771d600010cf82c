import { crc32 } from "@myelin/core";
import type { Entry, ZipFile } from "yauzl";

/** Opens an archive, to be closed by the caller. The library is loaded here, so that importing the package is quick. */
export async function openZip(archive: string): Promise<ZipFile> {
  const { openPromise } = await import("yauzl");
  return openPromise(archive, { autoClose: false, lazyEntries: true });
}

/**
 * The contents of a file in an archive, piece by piece. The library holds them to the length that the archive states,
 * this function to their check sum.
 *
 * @throws Error with the entry's name at its end, if the check sum is wrong
 */
export async function* entryContents(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  const stream = await zip.openReadStreamPromise(entry);
  let sum = 0;
  for await (const piece of stream as AsyncIterable<Uint8Array>) {
    sum = crc32(piece, sum);
    yield piece;
  }
  if (sum === entry.crc32) return;
  throw new Error(`${entry.fileName} with CRC-32 ${hex(sum)} in place of ${hex(entry.crc32)}`);
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}
