import { open, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { emptySpikeFile, fillSpikeFile } from "../hdf5/index.ts";
import type { SpikeDataset } from "../spikes/index.ts";

/**
 * Writes a data set of spikes as an HDF5 file in the layout of SHD, which h5py, tonic and SpikingJelly read. Times are
 * rounded to half floats, as there. The file is written aside, synced and renamed.
 *
 * @throws FormatError or an error of the file system if it cannot be written; nothing is left behind then
 */
export async function writeSpikesFile(file: string, dataset: SpikeDataset): Promise<void> {
  const aside = `${path.resolve(file)}.part`;
  try {
    await writeFile(aside, await emptySpikeFile());
    const library = await import("h5wasm/node");
    await library.ready;
    fillSpikeFile({ library, place: aside, file: path.basename(file) }, dataset);
    const handle = await open(aside, "r+");
    await handle.sync().finally(() => handle.close());
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}
