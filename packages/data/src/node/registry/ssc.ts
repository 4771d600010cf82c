import { findPlainOrGzip } from "../contents/index.ts";
import { heidelbergDownload, unpackHeidelberg } from "./heidelberg.ts";
import { inspectPlainOrGzip, readPlainOrGzip } from "./spike-files.ts";
import type { SpikeDatasetSpec, SplitWithValidation } from "../dataset-spec.ts";

/** The part of its name that a file of the publisher has for each part. */
const FILES: Readonly<Record<SplitWithValidation, string>> = {
  train: "ssc_train.h5",
  validation: "ssc_valid.h5",
  test: "ssc_test.h5",
};

/** Spiking Speech Commands: Google's spoken words as spikes of 700 cochlear channels. */
export const ssc: SpikeDatasetSpec = {
  info: {
    kind: "spikes",
    name: "ssc",
    description: "35 spoken words as spikes of 700 channels",
    licence: "CC BY 4.0",
    homepage: "https://zenkelab.org/resources/spiking-heidelberg-datasets-shd/",
    trainCount: 75466,
    validationCount: 9981,
    testCount: 20382,
    units: 700,
    classNames: Array.from({ length: 35 }, (_, label) => String(label)),
  },
  folderNames: ["ssc", "SSC"],
  async missingFiles(folder, split) {
    return (await findPlainOrGzip(folder, FILES[split])) === undefined ? [FILES[split]] : [];
  },
  async read(folder, split) {
    // The files name their classes themselves.
    return readPlainOrGzip(folder, FILES[split], { name: "SSC", units: ssc.info.units });
  },
  count: async (folder, split) => (await inspectPlainOrGzip(folder, FILES[split])).count,
  downloads: [
    heidelbergDownload("ssc_train.h5", "d102be95e7144fcc0553d1f45ba94170", 2_000_000_000),
    heidelbergDownload("ssc_valid.h5", "b4eee3516a4a90dd0c71a6ac23a8ae43", 400_000_000),
    heidelbergDownload("ssc_test.h5", "a35ff1e9cffdd02a20eb850c17c37748", 700_000_000),
  ],
  unpack: unpackHeidelberg,
};
