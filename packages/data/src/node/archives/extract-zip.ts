import path from "node:path";
import { concatenate, FILE_ERRORS } from "../../bytes/index.ts";
import type { Entry, ZipFile } from "yauzl";
import { DiskError, replaceFile, unreadableFile } from "../files/index.ts";
import { entryContents, isOfFiles, openZip, zipFault } from "./open-zip.ts";

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
 * is whole and its CRC is right.
 *
 * @throws FormatError if the archive is damaged, has no such file or a larger one
 */
export async function extractOneFromZip(
  archive: string,
  { name, into, maxBytes }: ExtractOneOptions,
): Promise<void> {
  try {
    const zip = await openZip(archive);
    try {
      const entry = await findEntry(zip, name);
      await replaceFile(path.join(into, name), limitedTo(maxBytes, entryContents(zip, entry)));
    } finally {
      zip.close();
    }
  } catch (cause) {
    throw zipError(archive, `a whole zip archive with ${name} of at most ${maxBytes} bytes`, cause);
  }
}

/** Options of {@link readZip}. */
export interface ReadZipOptions {
  /** Chooses entries by their file name. */
  readonly wanted: (name: string) => boolean;
  /** Upper limit of the size of all of them after decompression. */
  readonly maxBytes: number;
}

/**
 * Reads files out of a zip archive into memory, by their names without folders.
 *
 * @throws FormatError if the archive is damaged or its files are larger than `maxBytes`
 */
export async function readZip(
  archive: string,
  { wanted, maxBytes }: ReadZipOptions,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let room = maxBytes;
  try {
    const zip = await openZip(archive);
    try {
      for await (const entry of zip.eachEntry()) {
        const name = path.posix.basename(entry.fileName);
        if (!wanted(name)) continue;
        const contents = await contentsOf(entryContents(zip, entry), room);
        room -= contents.length;
        files.set(name, contents);
      }
    } finally {
      zip.close();
    }
  } catch (cause) {
    throw zipError(archive, `a whole zip archive of at most ${maxBytes} bytes`, cause);
  }
  return files;
}

async function contentsOf(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitedTo(maxBytes, stream)) chunks.push(chunk);
  return concatenate(chunks);
}

/** What the file system does not give is named; all else is the archive's fault. */
function zipError(archive: string, expected: string, cause: unknown): unknown {
  if (cause instanceof DiskError) return cause;
  if (isOfFiles(cause)) return unreadableFile("readZip", archive)(cause);
  const { kind, hint, got } = zipFault(cause);
  return new FILE_ERRORS[kind](
    `readZip: ${path.basename(archive)}: expected ${expected}, got ${got}. ${hint}`,
    {
      cause,
    },
  );
}

async function findEntry(zip: ZipFile, name: string): Promise<Entry> {
  for await (const entry of zip.eachEntry()) {
    if (path.posix.basename(entry.fileName) === name) return entry;
  }
  throw new Error("no such file inside");
}

async function* limitedTo(maxBytes: number, contents: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of contents) {
    length += chunk.length;
    if (length > maxBytes) throw new Error("more bytes");
    yield chunk;
  }
}
