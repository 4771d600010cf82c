import { checkText } from "@myelin/core/checks";
import { open, type FileHandle } from "node:fs/promises";
import path from "node:path";
import {
  checkReading,
  inspectInThread,
  readInThread,
  requireWholeFile,
  type ReadSpikesOptions,
  type SamplesOfFile,
} from "../../hdf5/index.ts";
import type { SpikeDataset } from "../../spikes/index.ts";
import { unreadableFile } from "../files/index.ts";

/**
 * Reads a spike file in the layout of the Heidelberg data sets from the disk, a piece at a time: the file itself is
 * never in memory. See {@link readSpikes} for the limits on time and memory.
 *
 * @throws FormatError if the file is damaged, has another layout or takes the HDF5 library too long, MyelinError if it cannot be read
 * @example const test = await readSpikesFile("shd_test.h5", { name: "shd" });
 */
export async function readSpikesFile(file: string, options: ReadSpikesOptions): Promise<SpikeDataset> {
  checkText("readSpikesFile.file", file);
  const { timeLimitMs, ...rest } = checkReading("readSpikesFile", options);
  const fileBytes = await checkWhole(file, rest.name);
  return readInThread({ source: path.resolve(file), fileBytes, options: rest }, timeLimitMs);
}

/**
 * How many samples a spike file has and who speaks in them, without its spikes.
 *
 * @throws FormatError if the file is damaged or has another layout, MyelinError if it cannot be read
 */
export async function inspectSpikesFile(file: string): Promise<SamplesOfFile> {
  const name = path.basename(file);
  const fileBytes = await checkWhole(file, name);
  return inspectInThread({ source: path.resolve(file), fileBytes, options: { name } });
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
