import { checkText } from "@myelin/core/checks";
import { open } from "node:fs/promises";
import path from "node:path";
import {
  collectEvents,
  openEvents,
  type EventReader,
  type Events,
  type OpenEventsOptions,
} from "../../events/index.ts";
import { unreadableFile } from "../files/index.ts";

const PIECE_BYTES = 1 << 20;

/**
 * Opens a recording of an event camera in a file, which may be larger than memory. It is closed when its chunks have
 * been read, or by `close()`.
 *
 * @throws FormatError if no format fits, the header is damaged or there is no such camera, MyelinError if the file cannot be
 * read
 * @example for await (const chunk of (await openEventFile("drive.raw")).chunks()) { ... }
 */
export async function openEventFile(
  file: string,
  options: Omit<OpenEventsOptions, "name"> = {},
): Promise<EventReader> {
  checkText("openEventFile.file", file);
  return openEvents(filePieces(file), { ...options, name: path.basename(file) });
}

/**
 * Reads a whole recording of an event camera into memory.
 *
 * @throws FormatError if no format fits or the file is damaged, MyelinError if it cannot be read
 */
export async function readEventFile(
  file: string,
  options: Omit<OpenEventsOptions, "name"> = {},
): Promise<Events> {
  return collectEvents(await openEventFile(file, options));
}

/** The bytes of a file, piece by piece, in one piece of memory that is used again and again. */
export async function* filePieces(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file).catch(unreadableFile("openEventFile", file));
  try {
    const memory = new Uint8Array(await pieceBytes(handle));
    for (;;) {
      const { bytesRead } = await handle
        .read(memory, 0, memory.length)
        .catch(unreadableFile("openEventFile", file));
      if (bytesRead === 0) return;
      yield memory.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Small files get small memory: a data set may have ten thousands of them. */
async function pieceBytes(handle: Awaited<ReturnType<typeof open>>): Promise<number> {
  const { size } = await handle.stat();
  return size > 0 && size < PIECE_BYTES ? size : PIECE_BYTES;
}
