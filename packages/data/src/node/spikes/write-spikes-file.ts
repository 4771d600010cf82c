import { checkText } from "@myelin/core/checks";
import { open, writeFile } from "node:fs/promises";
import path from "node:path";
import { emptySpikeFile, fillSpikeFile } from "../../hdf5/index.ts";
import { checkSpikes, type SpikeDataset } from "../../spikes/index.ts";
import { replaceFileBy } from "../files/index.ts";

/** Where the first version of HDF5's superblock, which the empty spike file has, says how long the file is. */
const END_OF_FILE = 40;

/**
 * Writes a data set of spikes as an HDF5 file in the layout of SHD, which h5py, tonic and SpikingJelly read. Times are
 * rounded to half floats, as there. The file is written aside, checked, synced and renamed.
 *
 * @throws FormatError or DiskError if it cannot be written; nothing is left behind then
 */
export async function writeSpikesFile(file: string, dataset: SpikeDataset): Promise<void> {
  checkText("writeSpikesFile.file", file);
  checkSpikes("writeSpikesFile", dataset);
  await replaceFileBy(file, async (aside) => {
    await writeFile(aside, await emptySpikeFile());
    const library = await import("../../h5wasm-node.ts");
    await library.ready;
    fillSpikeFile({ library, place: aside, file: path.basename(file) }, dataset);
    return lengthItClaims(aside);
  });
}

/** The library does not tell when the disk kept less than it was given. */
async function lengthItClaims(file: string): Promise<number> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, END_OF_FILE);
    return Number(buffer.readBigUInt64LE());
  } finally {
    await handle.close();
  }
}
