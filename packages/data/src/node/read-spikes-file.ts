import { open } from "node:fs/promises";
import path from "node:path";
import { MyelinError } from "@myelin/core";
import { HEAD_BYTES, requireWholeFile, spikesFrom, type ReadSpikesOptions } from "../hdf5/index.ts";
import type { SpikeDataset } from "../spikes/index.ts";

/**
 * Reads a spike file in the layout of the Heidelberg data sets from the disk, a piece at a time: the file itself is
 * never in memory.
 *
 * @throws FormatError if the file is damaged or has another layout, MyelinError if it cannot be read
 * @example const test = await readSpikesFile("shd_test.h5", { name: "shd" });
 */
export async function readSpikesFile(file: string, options: ReadSpikesOptions): Promise<SpikeDataset> {
  const { head, size } = await readHead(file).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MyelinError(
      `readSpikesFile: expected a readable file at ${file}, got ${reason}. Check the path and its permissions.`,
      { cause },
    );
  });
  requireWholeFile(head, size, options.name);
  const library = await import("h5wasm/node");
  await library.ready;
  return spikesFrom(library, path.resolve(file), options);
}

async function readHead(file: string): Promise<{ head: Uint8Array; size: number }> {
  const handle = await open(file, "r");
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return { head: buffer.subarray(0, bytesRead), size: (await handle.stat()).size };
  } finally {
    await handle.close();
  }
}
