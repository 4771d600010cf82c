/** What the functions that touch files are given, from plain JavaScript. */
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { MyelinError } from "@myelin/core";
import * as everywhere from "../src/browser.ts";
import * as data from "../src/index.ts";

type Loose = (...args: unknown[]) => Promise<unknown>;

/** Each function of a path, with the arguments behind it. */
const OF_A_PATH: [keyof typeof data, unknown[]][] = [
  ["openEventFile", []],
  ["readEventFile", []],
  ["fileInfo", []],
  ["inspectEventFile", []],
  ["openEventFolder", []],
  ["openImageFolder", []],
  ["openSoundFolder", []],
  ["openSpikeFiles", []],
  ["openTable", []],
  ["describeOwnFolder", []],
  ["convertEvents", ["out.aedat4"]],
  ["readMaybeGzip", [{ maxBytes: 100 }]],
  ["readSpikesFile", [{ name: "a" }]],
  ["writeSpikesFile", [{}]],
  ["writeRecordings", [{}]],
  ["getDataset", []],
];

it.each(OF_A_PATH)("%s refuses paths and names that are no text", async (name, rest) => {
  for (const path of [undefined, null, 5, "", {}, ["a"], Symbol("a"), 1n]) {
    await expect((data[name] as Loose)(path, ...rest)).rejects.toBeInstanceOf(MyelinError);
  }
});

it.each<[keyof typeof data, unknown[], string]>([
  ["fileInfo", ["x.raw", { kamera: 1 }], "Did you mean camera?"],
  ["readMaybeGzip", ["x.gz", { maxbytes: 1 }], "Did you mean maxBytes?"],
  ["readSpikesFile", ["x.h5", { name: "a", classnames: [] }], "Did you mean classNames?"],
  ["getDataset", ["shd", { datadir: "x" }], "Did you mean dataDir?"],
  ["convertFsdd", [{ thread: 1 }], "Did you mean threads?"],
])("%s names options that it does not know", async (name, args, message) => {
  await expect((data[name] as Loose)(...args)).rejects.toThrow(message);
});

const OPTIONS = [null, 5, "x", [], () => 1, { bogus: 1 }];
/** Divisions of data of one's own that are none. */
const DIVISIONS = [{ test: 1 }, { test: "a" }, { splitSeed: 0.5 }, { classNames: "a" }];
const RECORDINGS = {
  name: "a",
  count: 1,
  classNames: ["a"],
  labels: Uint32Array.of(0),
  read: () => undefined,
};

/** Each function of files, with lists of arguments that are wrong behind a right path or name. */
const WRONG: Record<string, readonly unknown[][]> = {
  convertEvents: OPTIONS.map((options) => ["x.aedat4", "y.mev", options]),
  convertFsdd: [
    ...OPTIONS.map((options) => [options]),
    ...[{ force: 1 }, { onProgress: 3 }, { threads: 0 }, { seed: "1" }, { archive: 3 }, { cochlea: 3 }].map(
      (options) => [options],
    ),
  ],
  convertImagesToEvents: [...OPTIONS, { limit: 0 }, { onProgress: 3 }, { seed: 0.5 }].map((options) => [
    "mnist",
    options,
  ]),
  fileInfo: OPTIONS.map((options) => ["x.aedat4", options]),
  getDataset: [
    ...[...OPTIONS, { onProgress: 3 }, { onRecording: 3 }, { signal: 3 }, { mirrors: "a" }, { mirrors: [1] }],
    ...[{ timeoutMs: 0 }, { attempts: 0 }, { pauseMs: -1 }, { dataDir: 3 }],
  ].map((options) => ["mnist", options]),
  inspectEventFile: OPTIONS.map((options) => ["x.aedat4", options]),
  loadDataset: [undefined, ...OPTIONS, { split: "trian" }].map((options) => ["mnist", options]),
  loadEventDataset: [undefined, ...OPTIONS, { split: 3 }].map((options) => ["nmnist", options]),
  loadEvents: [undefined, ...OPTIONS, { split: "test", onMake: 3 }].map((options) => ["nmnist", options]),
  loadSpikes: [undefined, ...OPTIONS, { split: 3 }].map((options) => ["shd", options]),
  openEventFile: OPTIONS.map((options) => ["x.aedat4", options]),
  openEventFolder: OPTIONS.map((options) => ["x", options]),
  openImageFolder: [...OPTIONS, ...DIVISIONS, { resize: [0, 1] }, { channels: 2 }, { fit: "cut" }].map(
    (options) => ["x", options],
  ),
  openSoundFolder: [...OPTIONS, ...DIVISIONS, { cochlea: 3 }, { threads: 0 }, { onProgress: 3 }].map(
    (options) => ["x", options],
  ),
  openSpikeFiles: [...OPTIONS, ...DIVISIONS, { units: 0 }].map((options) => ["x.h5", options]),
  openTable: [...OPTIONS, ...DIVISIONS, { label: {} }, { header: 1 }, { missing: "mean" }].map((options) => [
    "x.csv",
    options,
  ]),
  describeOwnFolder: [undefined, ...OPTIONS].map((folder) => (folder === "x" ? [3] : [folder])),
  readEventFile: OPTIONS.map((options) => ["x.aedat4", options]),
  readMaybeGzip: [undefined, ...OPTIONS].map((options) => ["x.gz", options]),
  readSpikesFile: [undefined, ...OPTIONS].map((options) => ["x.h5", options]),
  writeRecordings: [
    ...[
      undefined,
      ...OPTIONS,
      {},
      { train: RECORDINGS },
      { train: RECORDINGS, test: { read: () => undefined } },
    ].map((splits) => ["never", splits]),
    ["never", { train: RECORDINGS, test: RECORDINGS }, 3],
  ],
  writeSpikesFile: [undefined, ...OPTIONS, { offsets: Uint32Array.of(0), labels: Uint32Array.of() }].map(
    (spikes) => ["never.h5", spikes],
  ),
};

/** Those whose only arguments are folders to look in. */
const OF_FOLDERS = ["dataFolders", "listDatasets"];

/** What reads no file. */
const OF_NAMES = ["FSDD_EAR", "datasetInfo"];

it("every function of files is listed here", () => {
  const names = Object.keys(data).filter((name) => !(name in everywhere));
  expect([...Object.keys(WRONG), ...OF_FOLDERS, ...OF_NAMES].sort()).toEqual(names.sort());
});

it.each(Object.entries(WRONG))("%s refuses what is wrong behind a path", async (name, lists) => {
  for (const args of lists) {
    await expect((data as unknown as Record<string, Loose>)[name]!(...args)).rejects.toBeInstanceOf(
      MyelinError,
    );
  }
  for (const never of ["never", "never.h5", "y.mev"]) expect(existsSync(never)).toBe(false);
});

it.each(OF_FOLDERS)("%s refuses folders that are none", async (name) => {
  const call = async (options: unknown): Promise<unknown> =>
    (data as unknown as Record<string, Loose>)[name]!(options);
  for (const options of [...OPTIONS, { dataDir: 3 }]) {
    await expect(call(options)).rejects.toBeInstanceOf(MyelinError);
  }
});
