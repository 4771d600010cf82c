import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseTar } from "nanotar";
import { formatError, gunzip } from "../../bytes/index.ts";
import { replaceFile, unreadableFile } from "../files/index.ts";

/** Options of {@link extractTarGz}. */
export interface ExtractOptions {
  /** The folder to write to: entries lose their own folders, so nothing can be written elsewhere. */
  readonly into: string;
  /** Upper limit of the size after decompression. */
  readonly maxBytes: number;
  /** Chooses entries by their file name. */
  readonly wanted: (name: string) => boolean;
}

/**
 * Takes files out of a gzipped tar archive whose checksum was checked before.
 *
 * @throws FormatError if the archive is damaged or larger than `maxBytes`
 */
export async function extractTarGz(
  archive: string,
  { into, maxBytes, wanted }: ExtractOptions,
): Promise<void> {
  const name = path.basename(archive);
  const bytes = await gunzip(await readFile(archive).catch(unreadableFile("extractTarGz", archive)), {
    maxBytes,
    name,
  });
  const entries = orDamaged(name, () =>
    parseTar(bytes, { filter: (entry) => entry.type === "file" && wanted(path.posix.basename(entry.name)) }),
  );
  for (const { name, data = new Uint8Array(0) } of entries) {
    await replaceFile(path.join(into, path.posix.basename(name)), data);
  }
}

/** What the library throws at sizes that go beyond the archive is the archive's fault. */
function orDamaged<R>(file: string, read: () => R): R {
  try {
    return read();
  } catch (cause) {
    throw formatError({
      reader: "extractTarGz",
      file,
      byte: 0,
      expected: "an undamaged tar archive",
      got: cause instanceof Error ? cause.message : String(cause),
      hint: "The archive is damaged or not the published one: get it again.",
    });
  }
}
