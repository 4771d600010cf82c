import { rm } from "node:fs/promises";
import path from "node:path";
import { extractOneFromZip } from "../archives/index.ts";
import type { Download } from "../dataset-spec.ts";

/** The laboratory's server, and the one it had before, with the same files. */
const PLACES = ["https://zenkelab.org/datasets/", "https://compneuro.net/datasets/"];

/** The largest of the files, `ssc_train.h5`, stays below this after decompression. */
const MAX_UNPACKED_BYTES = 8_000_000_000;

/**
 * One of the official files, zipped.
 *
 * @param file its name when unpacked, such as "shd_train.h5"
 * @param md5 of the zip file, as tonic and SpikingJelly check it too
 */
export function heidelbergDownload(file: string, md5: string, maxBytes: number): Download {
  const zip = `${file}.zip`;
  return {
    file: zip,
    urls: PLACES.map((place) => place + zip),
    checksum: { algorithm: "md5", hex: md5 },
    provides: [file],
    maxBytes,
  };
}

/** Takes the HDF5 file out of a zip file whose checksum was checked, and removes the zip file. */
export async function unpackHeidelberg(folder: string, { file, provides }: Download): Promise<void> {
  const zip = path.join(folder, file);
  const [wanted] = provides;
  await extractOneFromZip(zip, { name: wanted!, into: folder, maxBytes: MAX_UNPACKED_BYTES });
  await rm(zip);
}
