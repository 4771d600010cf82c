import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventsOf, randomEvents, recordingsOf, rowsOf } from "../../../test/synthetic-events.ts";
import type { EventRecordings, Events } from "../../events/index.ts";
import { nMnistBytes } from "./n-mnist-bytes.ts";
import { openRecordings, writeRecordings } from "./recordings-folder.ts";

let place: string;
let folder: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(tmpdir(), "myelin-recordings-"));
  folder = path.join(place, "set");
});

afterEach(() => rm(place, { recursive: true, force: true }));

const train = Array.from({ length: 5 }, (_, seed) => randomEvents(20 + seed, { seed }));
const splits = { train: recordingsOf(train), test: recordingsOf([randomEvents(7, { seed: 9 })]) };

async function readAll(recordings: EventRecordings): Promise<Events[]> {
  return Promise.all(Array.from({ length: recordings.count }, (_, i) => recordings.read(i)));
}

test("what is written comes back, class by class", async () => {
  const progress: string[] = [];
  await writeRecordings(folder, splits, ({ split, done, total }) =>
    progress.push(`${split} ${done}/${total}`),
  );
  expect(progress).toEqual(["train 1/5", "train 2/5", "train 3/5", "train 4/5", "train 5/5", "test 1/1"]);
  expect(await readdir(path.join(folder, "Train", "1"))).toEqual(["00002.bin", "00004.bin"]);
  const back = await openRecordings(folder, "mine", "train");
  expect(back).toMatchObject({ name: "mine", count: 5, width: 8, height: 6, classNames: ["even", "odd"] });
  expect([...back.labels]).toEqual([0, 0, 0, 1, 1]);
  const events = await readAll(back);
  expect(events.map(rowsOf)).toEqual([0, 2, 4, 1, 3].map((i) => rowsOf(train[i]!)));
  expect(events[0]).toMatchObject({ width: 8, height: 6 });
});

describe("failures leave nothing behind", () => {
  test("when a recording cannot be made", async () => {
    const failing = {
      ...splits.test,
      read: async () => {
        throw new Error("no light");
      },
    };
    await expect(writeRecordings(folder, { ...splits, test: failing })).rejects.toThrow("no light");
    expect(await readdir(place)).toEqual([]);
  });

  test("when the folder is there already: it stays as it is", async () => {
    await mkdir(folder);
    await writeFile(path.join(folder, "mine.txt"), "kept");
    await expect(writeRecordings(folder, splits)).rejects.toThrow(
      `writeRecordings: expected a folder that is not there yet, got ${folder}.`,
    );
    expect(await readFile(path.join(folder, "mine.txt"), "utf8")).toBe("kept");
    expect(await readdir(place)).toEqual(["set"]);
  });

  test("when the place cannot be written", async () => {
    await writeFile(path.join(place, "file"), "");
    await expect(writeRecordings(path.join(place, "file", "set"), splits)).rejects.toThrow(
      "expected to write, got a file where a folder should be. Choose another folder",
    );
  });
});

describe("descriptions", () => {
  test.each([
    ["not JSON", "{"],
    ["another format", '{ "format": "tables" }'],
    [
      "a sensor of no size",
      JSON.stringify({ format: "myelin-recordings-1", width: 0, height: 3, classNames: ["a"] }),
    ],
    ["no classes", JSON.stringify({ format: "myelin-recordings-1", width: 3, height: 3, classNames: [] })],
    ["far too long", " ".repeat(2 ** 20 + 1)],
  ])("refuses one that is %s", async (_, text) => {
    await writeRecordings(folder, splits);
    await writeFile(path.join(folder, "recordings.json"), text);
    await expect(openRecordings(folder, "mine", "train")).rejects.toThrow(
      "openRecordings: recordings.json, byte 0: expected a description of format myelin-recordings-1",
    );
  });
});

test("N-MNIST's bytes: x, y, polarity and time", () => {
  const bytes = nMnistBytes(
    eventsOf(
      [
        [0x123456, 200, 7, 1],
        [0x7fffff, 0, 239, 0],
      ],
      { width: 256, height: 256 },
    ),
  );
  expect([...bytes]).toEqual([200, 7, 0x92, 0x34, 0x56, 0, 239, 0x7f, 0xff, 0xff]);
});

test.each([
  [
    eventsOf([[2 ** 23, 0, 0, 1]]),
    "nMnistBytes: expected x and y up to 239 and times from 0 to 8388607 us, got x 0",
  ],
  [eventsOf([[-1, 0, 0, 1]]), "got -1 for event 0"],
  [eventsOf([[0, 0, 240, 1]], { height: 300 }), "got x 0, y 240, t 0 in event 0"],
  [eventsOf([[0, 256, 0, 1]], { width: 300 }), "got x 256, y 0, t 0 in event 0"],
  [eventsOf([]), "nMnistBytes: expected at least one event, got 0."],
])("refuses what N-MNIST's format cannot hold: %#", (events, message) => {
  expect(() => nMnistBytes(events)).toThrow(message);
});
