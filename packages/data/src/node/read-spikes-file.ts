import { checkNumber, checkOptions, checkText } from "@myelin/core";
import { open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { requireWholeFile, type ReadSpikesOptions } from "../hdf5/index.ts";
import type { SpikeDataset } from "../spikes/index.ts";
import { readInThread } from "./spikes-reader.ts";
import { unreadableFile } from "./files/index.ts";

/** Options of {@link readSpikesFile}. */
export interface ReadSpikesFileOptions extends ReadSpikesOptions {
  /** How long the HDF5 library may take; half a minute and a second for each 10 MB if left out. */
  readonly timeLimitMs?: number;
}

const LEAST_TIME_LIMIT_MS = 30_000;
const SLOWEST_BYTES_A_MS = 10_000;

/**
 * Reads a spike file in the layout of the Heidelberg data sets from the disk, a piece at a time: the file itself is
 * never in memory.
 *
 * @throws FormatError if the file is damaged, has another layout or takes the HDF5 library too long, MyelinError if it cannot be read
 * @example const test = await readSpikesFile("shd_test.h5", { name: "shd" });
 */
export async function readSpikesFile(file: string, options: ReadSpikesFileOptions): Promise<SpikeDataset> {
  checkText("readSpikesFile.file", file);
  const known = { name: true, units: true, classNames: true, timeLimitMs: true } as const;
  checkOptions("readSpikesFile", options, known, '{ name: "shd" }');
  checkText("readSpikesFile.name", options.name);
  const size = await checkWhole(file, options.name);
  const { timeLimitMs = LEAST_TIME_LIMIT_MS + size / SLOWEST_BYTES_A_MS, ...rest } = options;
  checkNumber("readSpikesFile.timeLimitMs", timeLimitMs, { above: 0 });
  return readInThread({ file: path.resolve(file), options: rest }, Math.ceil(timeLimitMs));
}

/** The size of a file that begins as HDF5 files do and is whole. */
async function checkWhole(file: string, name: string): Promise<number> {
  const handle = await open(file, "r").catch(unreadableFile("readSpikesFile", file));
  try {
    const { size } = await handle.stat();
    await requireWholeFile(
      (at, length) => readAt(handle, at, length).catch(unreadableFile("readSpikesFile", file)),
      size,
      name,
    );
    return size;
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
