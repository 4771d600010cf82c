import type { SpikeDataset } from "../../spikes/index.ts";
import { findPlainOrGzip } from "../contents/index.ts";
import { heidelbergDownload, unpackHeidelberg } from "./heidelberg.ts";
import { countShards, inspectPlainOrGzip, readPlainOrGzip, readShards, shardFiles } from "./spike-files.ts";
import type { SpikeDatasetSpec, SplitWithValidation } from "../dataset-spec.ts";

const ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const GERMAN = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"];

/** Samples of the parts of the SHD made anew from the recordings, by which it is told from the official one. */
const REGENERATED_COUNTS: readonly number[] = [8147, 2273];

/**
 * Spiking Heidelberg Digits: spoken digits as spikes of 700 cochlear channels. Files made anew from the recordings,
 * which are other samples than the official ones, are taken too and call themselves "SHD (regenerated)".
 */
export const shd: SpikeDatasetSpec = {
  info: {
    kind: "spikes",
    name: "shd",
    description: "spoken digits, English and German, as spikes of 700 channels",
    licence: "CC BY 4.0",
    homepage: "https://zenkelab.org/resources/spiking-heidelberg-datasets-shd/",
    trainCount: 8156,
    testCount: 2264,
    units: 700,
    classNames: [...ENGLISH, ...GERMAN],
  },
  folderNames: ["shd", "SHD", "shd-regenerated"],
  async missingFiles(folder, split) {
    const there = (await findPlainOrGzip(folder, fileOf(split))) ?? (await shardFiles(folder, split))[0];
    return there === undefined ? [fileOf(split)] : [];
  },
  async read(folder, split) {
    const { units, classNames } = shd.info;
    const facts = { name: "SHD", units, classNames };
    const plain = await findPlainOrGzip(folder, fileOf(split));
    const dataset = plain
      ? await readPlainOrGzip(folder, fileOf(split), facts)
      : await readShards(folder, await shardFiles(folder, split), facts);
    return named(dataset);
  },
  async count(folder, split) {
    const plain = await findPlainOrGzip(folder, fileOf(split));
    if (plain) return (await inspectPlainOrGzip(folder, fileOf(split))).count;
    return countShards(folder, await shardFiles(folder, split));
  },
  downloads: [
    heidelbergDownload("shd_train.h5", "f3252aeb598ac776c1b526422d90eecb", 400_000_000),
    heidelbergDownload("shd_test.h5", "1503a5064faa34311c398fb0a1ed0a6f", 150_000_000),
  ],
  unpack: unpackHeidelberg,
};

function fileOf(split: SplitWithValidation): string {
  return `shd_${split}.h5`;
}

function named(dataset: SpikeDataset): SpikeDataset {
  return REGENERATED_COUNTS.includes(dataset.count) ? { ...dataset, name: "SHD (regenerated)" } : dataset;
}
