import { constants, gunzipSync } from "node:zlib";
import { open, stat } from "node:fs/promises";
import { MyelinError } from "@myelin/core";
import { isGzip } from "../../bytes/index.ts";
import { unreadableFile } from "../files/index.ts";
import { mostPackedBytes, readMaybeGzip } from "./read-file.ts";

/** A gzipped file up to this size is decompressed to learn its length, which takes milliseconds. */
const SMALL_BYTES = 1 << 18;
/** Enough of a gzipped file for the first bytes of its contents. */
const HEAD_BYTES = 4096;

/**
 * The first bytes of a file's contents, decompressed if it is gzipped; fewer if it is shorter.
 *
 * @throws FormatError if it is damaged, MyelinError if it cannot be read
 */
export async function contentStart(
  file: string,
  length: number,
  options: { readonly maxBytes: number },
): Promise<Uint8Array> {
  const { head } = await look(file);
  if (!isGzip(head)) return head.subarray(0, length);
  try {
    const flush = { finishFlush: constants.Z_SYNC_FLUSH };
    const start = gunzipSync(head, flush);
    if (start.length >= length) return start.subarray(0, length);
  } catch {
    // Reading the whole file says what is wrong with it.
  }
  return (await readMaybeGzip(file, options)).subarray(0, length);
}

/**
 * How many bytes the contents of a file have. A gzipped file says it at its end; where that cannot be true (it is cut
 * short, or several files joined), and where it is small, it is decompressed.
 *
 * @throws FormatError if it is damaged or larger than `maxBytes`, MyelinError if it cannot be read
 */
export async function contentLength(file: string, options: { readonly maxBytes: number }): Promise<number> {
  const { head, size, lastWord } = await look(file);
  if (!isGzip(head)) return size;
  const isCredible = lastWord <= options.maxBytes && size <= mostPackedBytes(lastWord);
  if (size > SMALL_BYTES && isCredible) return lastWord;
  return (await readMaybeGzip(file, options)).length;
}

/** The beginning of a file, its size and its last four bytes as a number. */
async function look(file: string): Promise<{ head: Uint8Array; size: number; lastWord: number }> {
  const refuse = unreadableFile("listDatasets", file);
  const found = await stat(file).catch(refuse);
  // Opening a pipe would wait for whoever writes to it.
  if (!found.isFile()) {
    throw new MyelinError(`listDatasets: expected a file at ${file}, got something else. Remove it.`);
  }
  const handle = await open(file).catch(refuse);
  try {
    const head = new Uint8Array(Math.min(found.size, HEAD_BYTES));
    const tail = Buffer.alloc(4);
    await handle.read(head, 0, head.length, 0);
    if (found.size >= 4) await handle.read(tail, 0, 4, found.size - 4);
    return { head, size: found.size, lastWord: tail.readUInt32LE() };
  } catch (cause) {
    return refuse(cause);
  } finally {
    await handle.close();
  }
}
