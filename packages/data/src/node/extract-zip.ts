import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import path from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FormatError } from "@myelin/core";
import { openPromise, type Entry, type ZipFile } from "yauzl";

/** Options of {@link extractOneFromZip}. */
export interface ExtractOneOptions {
  /** File name of the entry, whatever folder it lies in inside the archive. */
  readonly name: string;
  /** The folder to write to. */
  readonly into: string;
  /** Upper limit of its size after decompression. */
  readonly maxBytes: number;
}

/**
 * Takes one file out of a zip archive, a piece at a time, so that it may be larger than memory. It gets its name when it
 * is whole; its CRC is checked on the way.
 *
 * @throws FormatError if the archive is damaged, has no such file or a larger one
 */
export async function extractOneFromZip(
  archive: string,
  { name, into, maxBytes }: ExtractOneOptions,
): Promise<void> {
  const target = path.join(into, name);
  const aside = `${target}.part`;
  try {
    const zip = await openPromise(archive, { autoClose: false });
    try {
      const entry = await findEntry(zip, name);
      const contents = await zip.openReadStreamPromise(entry);
      await pipeline(contents, limitedTo(maxBytes), createWriteStream(aside, { flush: true }));
    } finally {
      zip.close();
    }
    await rename(aside, target);
  } catch (cause) {
    await rm(aside, { force: true });
    if (cause instanceof Error && "code" in cause) throw cause; // of the file system, not of the archive
    throw new FormatError(
      `extractZip: ${path.basename(archive)}: expected a whole zip archive with ${name} of at most ${maxBytes} bytes, ` +
        `got ${cause instanceof Error ? cause.message : String(cause)}. Delete it and get it again.`,
      { cause },
    );
  }
}

async function findEntry(zip: ZipFile, name: string): Promise<Entry> {
  for await (const entry of zip.eachEntry()) {
    if (path.posix.basename(entry.fileName) === name) return entry;
  }
  throw new Error("no such file inside");
}

function limitedTo(maxBytes: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      length += chunk.length;
      done(length > maxBytes ? new Error("more bytes") : null, chunk);
    },
  });
}
