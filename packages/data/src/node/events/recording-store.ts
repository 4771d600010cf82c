import path from "node:path";
import { warn } from "@myelin/core/checks";
import type { Entry, ZipFile } from "yauzl";
import { formatError, plural, type FormatProblem } from "../../bytes/index.ts";
import { unreadableFile } from "../files/index.ts";
import { entryContents, isOfFiles, openZip, zipFault } from "../archives/index.ts";
import { filePieces } from "./event-file.ts";
import { walkFolder } from "../labelled/index.ts";

/** Files that belong together, in a folder or in a zip archive. */
export interface RecordingStore {
  /** Where it is, for messages. */
  readonly place: string;
  /** Their paths inside, with `/`, in the order of their code units. */
  readonly files: readonly string[];
  /** The bytes of one of `files`. */
  pieces(file: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A single recording is not larger than this: an entry of an archive that claims more is refused. */
const MAX_ENTRY_BYTES = 2 ** 30;

/**
 * The files of a folder and of the folders inside it, links followed, without hidden ones. Broken links are said.
 *
 * @throws MyelinError if it cannot be listed, or a link leads to a folder that holds it
 */
export async function folderStore(folder: string): Promise<RecordingStore> {
  const { files, brokenLinks } = await walkFolder(folder);
  if (brokenLinks > 0) {
    warn(`loadEvents: expected recordings in ${folder}, passed over ${plural(brokenLinks, "broken link")}.`);
  }
  return {
    place: folder,
    files,
    pieces: (file) => filePieces(path.join(folder, file)),
    close: async () => undefined,
  };
}

/**
 * The files of a zip archive, decompressed when they are asked for. Nothing is ever written, so a path inside that
 * leads out of the archive could do no harm; such an archive is refused all the same.
 *
 * @throws FormatError if the archive is damaged or has unsafe paths
 */
export async function zipStore(archive: string): Promise<RecordingStore> {
  const zip = await openZip(archive).catch(damaged(archive));
  const entries = await listEntries(zip).catch((error: unknown) => {
    zip.close();
    return damaged(archive)(error);
  });
  return {
    place: archive,
    files: [...entries.keys()].sort(byCodeUnits),
    pieces: (file) => entryPieces(archive, zip, entries.get(file)!),
    close: async () => zip.close(),
  };
}

/** Several stores as one; where two have a file of the same path, the first counts. */
export function joinStores(place: string, stores: readonly RecordingStore[]): RecordingStore {
  const owners = new Map<string, RecordingStore>();
  for (const store of stores.toReversed()) for (const file of store.files) owners.set(file, store);
  return {
    place,
    files: [...owners.keys()].sort(byCodeUnits),
    pieces: (file) => owners.get(file)!.pieces(file),
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
    },
  };
}

async function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith("/")) entries.set(entry.fileName, entry);
  }
  return entries;
}

/** An entry never yields more bytes than it announces; the library holds it to that. */
async function* entryPieces(archive: string, zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  if (entry.uncompressedSize > MAX_ENTRY_BYTES) {
    throw zipError(archive, {
      byte: entry.relativeOffsetOfLocalHeader,
      expected: `at most ${plural(MAX_ENTRY_BYTES, "byte")} in ${entry.fileName}`,
      got: String(entry.uncompressedSize),
      hint: "The archive is not the published one: get it again.",
    });
  }
  try {
    yield* entryContents(zip, entry);
  } catch (error) {
    damaged(archive, entry)(error);
  }
}

function damaged(archive: string, entry?: Entry): (cause: unknown) => never {
  return (cause) => {
    if (isOfFiles(cause)) return unreadableFile("loadEvents", archive)(cause);
    throw zipError(archive, {
      byte: entry?.relativeOffsetOfLocalHeader ?? 0,
      expected: entry ? `undamaged data of ${entry.fileName}` : "an undamaged zip archive",
      ...zipFault(cause),
    });
  };
}

function zipError(archive: string, problem: Omit<FormatProblem, "reader" | "file">) {
  return formatError({ reader: "loadEvents", file: path.basename(archive), ...problem });
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
