import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseTar } from "nanotar";
import { gunzip } from "../formats/index.ts";
import { replaceFile } from "./files/index.ts";

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
  const bytes = await gunzip(await readFile(archive), { maxBytes, name: path.basename(archive) });
  const entries = parseTar(bytes, {
    filter: ({ name, type }) => type === "file" && wanted(path.posix.basename(name)),
  });
  for (const { name, data = new Uint8Array(0) } of entries) {
    await replaceFile(path.join(into, path.posix.basename(name)), data);
  }
}
