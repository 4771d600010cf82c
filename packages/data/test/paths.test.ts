/** What the functions that touch files are given, from plain JavaScript. */
import { expect, it } from "vitest";
import { MyelinError } from "@myelin/core";
import * as data from "../src/index.ts";

type Loose = (...args: unknown[]) => Promise<unknown>;

/** Each function of a path, with the arguments behind it. */
const OF_A_PATH: [keyof typeof data, unknown[]][] = [
  ["openEventFile", []],
  ["readEventFile", []],
  ["fileInfo", []],
  ["inspectEventFile", []],
  ["openEventFolder", []],
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
