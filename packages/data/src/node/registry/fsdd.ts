import { joinSpikes, selectSpikes, type SpikeDataset } from "../../spikes/index.ts";
import { findPlainOrGzip } from "../contents/index.ts";
import { inspectPlainOrGzip, readPlainOrGzip } from "./spike-files.ts";
import type { SpikeDatasetSpec, SplitWithValidation } from "../dataset-spec.ts";

/** The files that the conversion makes, by split. */
export const FSDD_FILES = { train: "fsdd_train.h5", test: "fsdd_test.h5" } as const;

/** What the labels of FSDD stand for. */
export const FSDD_CLASSES: readonly string[] = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
];

/** What both splits have in common; the files are made by `myelin data convert fsdd`. */
const COMMON = {
  licence: "CC BY-SA 4.0",
  homepage: "https://github.com/Jakobovski/free-spoken-digit-dataset",
  units: 700,
  classNames: FSDD_CLASSES,
} as const;

/** Speakers, by their numbers in alphabetical order, who are held out of training in the harder split. */
const TEST_SPEAKERS: readonly number[] = [4, 5]; // theo, yweweler

/** Free Spoken Digit Dataset as spikes, with its official split: the first five recordings of each are for the test. */
export const fsdd: SpikeDatasetSpec = {
  info: {
    kind: "spikes",
    name: "fsdd",
    description: "spoken English digits of six speakers as spikes of 700 channels",
    ...COMMON,
    trainCount: 2700,
    testCount: 300,
  },
  getWith: "npx myelin data convert fsdd",
  missingFiles: (folder, split) => missing(folder, [fileOf(split)]),
  read: (folder, split) => read(folder, fileOf(split), "FSDD"),
  count: async (folder, split) => (await inspectPlainOrGzip(folder, fileOf(split))).count,
  downloads: [],
};

/** The same recordings, split by speaker: two of the six are never heard in training. */
export const fsddSpeakers: SpikeDatasetSpec = {
  info: {
    kind: "spikes",
    name: "fsdd-speakers",
    description: "the spoken digits of fsdd, tested on two speakers of their own",
    ...COMMON,
    trainCount: 2000,
    testCount: 1000,
  },
  folderNames: ["fsdd"],
  getWith: "npx myelin data convert fsdd",
  missingFiles: (folder) => missing(folder, Object.values(FSDD_FILES)),
  async read(folder, split) {
    const name = "FSDD, other speakers";
    const all = joinSpikes(
      await read(folder, FSDD_FILES.train, name),
      await read(folder, FSDD_FILES.test, name),
    );
    return selectSpikes(all, samplesOf(split, [...all.labels.keys()], all.sources));
  },
  async count(folder, split) {
    const files = [
      await inspectPlainOrGzip(folder, FSDD_FILES.train),
      await inspectPlainOrGzip(folder, FSDD_FILES.test),
    ];
    const counts = files.map(
      ({ count, sources }) => samplesOf(split, [...Array(count).keys()], sources).length,
    );
    return counts[0]! + counts[1]!;
  },
  downloads: [],
};

/** The samples of those speakers whom a split has. */
function samplesOf(
  split: SplitWithValidation,
  samples: readonly number[],
  sources: ArrayLike<number> | undefined,
): number[] {
  return samples.filter((sample) => TEST_SPEAKERS.includes(sources?.[sample] ?? -1) === (split === "test"));
}

function fileOf(split: SplitWithValidation): string {
  return split === "test" ? FSDD_FILES.test : FSDD_FILES.train;
}

async function missing(folder: string, files: readonly string[]): Promise<string[]> {
  const found = await Promise.all(files.map((file) => findPlainOrGzip(folder, file)));
  return files.filter((_, i) => found[i] === undefined);
}

function read(folder: string, file: string, name: string): Promise<SpikeDataset> {
  const { units, classNames } = COMMON;
  return readPlainOrGzip(folder, file, { name, units, classNames });
}
