import { MyelinError } from "@myelin/core";
import { entryContents, openZipBytes, zipFault } from "@myelin/data/zip";
import { fileError, quote, type Fault } from "../problem.ts";

/** The function that reads, for messages. */
export const READER = "readStateDict";

/** The files in a checkpoint, by their names inside its one folder. */
export type Archive = ReadonlyMap<string, Uint8Array>;

const ZIP = [0x50, 0x4b];

/** How PyTorch before 1.6 began its files: with a number of its own in a pickle. */
const LEGACY = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9];

/** What helps with checkpoints that are not read. */
export const SAVE_AGAIN =
  'Load it in PyTorch and save its weights: torch.save(model.state_dict(), "weights.pt").';

/**
 * Takes a checkpoint of `torch.save` apart. Its files are stored as they are, and no two share bytes, so that no more
 * memory is used than the checkpoint has bytes.
 *
 * @throws FormatError if it is none
 */
export async function openArchive(bytes: Uint8Array, file: string): Promise<Archive> {
  requireZip(bytes, file);
  try {
    return await readEntries(bytes, file);
  } catch (cause) {
    if (cause instanceof MyelinError) throw cause;
    throw fileError({ reader: READER, file, expected: "a zip archive", ...zipFault(cause) });
  }
}

function requireZip(bytes: Uint8Array, file: string): void {
  const begins = (signature: readonly number[]) => signature.every((byte, i) => bytes[i] === byte);
  if (begins(ZIP)) return;
  const refuse = (got: string, kind: Fault, hint?: string): never => {
    throw fileError({ reader: READER, file, expected: "a checkpoint of torch.save", got, kind, hint });
  };
  if (begins(LEGACY)) refuse("one of a version before 1.6", "not supported", SAVE_AGAIN);
  refuse(
    "another beginning",
    bytes.length < ZIP.length ? "cut short" : "damaged",
    "Is it a .pt or .pth file?",
  );
}

async function readEntries(bytes: Uint8Array, file: string): Promise<Archive> {
  const zip = await openZipBytes(bytes);
  const found = new Map<string, Uint8Array>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize, compressionMethod } = entry;
    const refuse = (expected: string, got: string, kind: Fault): never => {
      throw fileError({ reader: READER, file, at: quote(fileName), expected, got, kind });
    };
    if (compressionMethod !== 0) refuse("bytes as they are", "compressed ones", "not supported");
    total += uncompressedSize;
    if (total > bytes.length) refuse(`files of ${bytes.length} bytes together`, "more", "damaged");
    const name = fileName.slice(fileName.indexOf("/") + 1);
    if (found.has(name)) refuse("each file once", "another of this name", "damaged");
    const contents = new Uint8Array(uncompressedSize);
    let at = 0;
    for await (const piece of entryContents(zip, entry)) {
      contents.set(piece, at);
      at += piece.length;
    }
    found.set(name, contents);
  }
  return found;
}
