import { crc32 } from "@myelin/core/io";
import { openBlocks } from "./zip-blocks.ts";
import type { FileFault } from "../../bytes/index.ts";
import type { Entry, ZipFile } from "yauzl";

/** Whether the file system has spoken, and not the archive: decompression has codes of its own. */
export function isOfFiles(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && !String(cause.code).startsWith("Z_");
}

/**
 * Opens an archive, to be closed by the caller. The library is loaded here, so that importing the package is quick.
 *
 * @throws what the library throws; errors of the file system too, see {@link isOfFiles}
 */
export async function openZip(archive: string): Promise<ZipFile> {
  const { fromRandomAccessReaderPromise } = await import("yauzl");
  const { reader, bytes, close } = await openBlocks(archive);
  try {
    return await fromRandomAccessReaderPromise(reader, bytes, { autoClose: false, lazyEntries: true });
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** Opens an archive that is in memory. */
export async function openZipBytes(archive: Uint8Array): Promise<ZipFile> {
  const { fromBufferPromise } = await import("yauzl");
  const { buffer, byteOffset, byteLength } = archive;
  return fromBufferPromise(Buffer.from(buffer, byteOffset, byteLength), { lazyEntries: true });
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

/** What the library, and the decompression under it, say of archives that are cut short, and of what they cannot read. */
const SAID: readonly (readonly [RegExp, FileFault])[] = [
  [/record signature not found|unexpected end|unexpected EOF|file data overflows/i, "cut short"],
  [/not supported|unsupported|encrypted/i, "not supported"],
];

/** The fault that an error of the library stands for, what it says, and what helps. */
export function zipFault(cause: unknown): {
  readonly kind: FileFault;
  readonly got: string;
  readonly hint: string;
} {
  const text = cause instanceof Error ? cause.message : String(cause);
  const kind = SAID.find(([pattern]) => pattern.test(text))?.[1] ?? "damaged";
  return { kind, got: text.replace(/\.$/, ""), hint: HINTS[kind] };
}

const HINTS: Readonly<Record<FileFault, string>> = {
  damaged: "The archive is damaged or not the published one: get it again.",
  "cut short": "The archive is cut short or no zip archive: get it again.",
  "not supported": "Such archives are not supported: unpack it and pack it again with zip.",
};

function hex(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}
