/** What a call from plain JavaScript gets wrong easily is said, not computed with. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onWarning } from "@myelin/core";
import { describe, expect, test } from "vitest";
import { createCochlea } from "./cochlea/index.ts";
import { readWav, resample } from "./audio/index.ts";
import { batches, sequenceBatches } from "./batches/index.ts";
import { poissonRate } from "./encoders/index.ts";
import { eventTransforms } from "./event-transforms/index.ts";
import { createEvents, encodeEvents, openEvents } from "./events/index.ts";
import { gunzip } from "./bytes/index.ts";
import { readIdx } from "./images/index.ts";
import { eventDataset, frameEvents } from "./frames/index.ts";
import { imageDataset, splitDataset, type ImageDatasetParts } from "./images/index.ts";
import { loadDataset } from "./node/load/load-dataset.ts";
import { loadEvents } from "./node/load/load-events.ts";
import { readSpikesFile } from "./node/spikes/read-spikes-file.ts";
import { writeSpikesFile } from "./node/spikes/write-spikes-file.ts";
import { Binning, spikeDataset, spikeSequences, type SpikeDatasetParts } from "./spikes/index.ts";
import { randomAffine } from "./transforms/index.ts";

const PICTURES: ImageDatasetParts = {
  name: "mine",
  images: new Uint8Array(16),
  labels: [0, 1, 0, 1],
  channels: 1,
  height: 2,
  width: 2,
  classNames: ["a", "b"],
};

const TRAINS: SpikeDatasetParts = {
  name: "mine",
  units: 4,
  classNames: ["a", "b"],
  labels: [0, 1],
  times: Float32Array.of(0, 0.05, 0.097, 0.1, 0.2),
  unitIds: Uint16Array.of(0, 1, 2, 3, 0),
  offsets: Uint32Array.of(0, 4, 5),
};

test.each([new Float32Array(16), new Array<number>(16).fill(0), new Uint16Array(16)])(
  "pixels that are no bytes are refused",
  (images) => {
    expect(() => imageDataset({ ...PICTURES, images: images as unknown as Uint8Array })).toThrow(
      "imageDataset: mine: expected pixels as a Uint8Array, 0 to 255, got",
    );
  },
);

test.each<[string, object, string]>([
  ["times", { times: [0, 0.05, 0.097, 0.1, 0.2] }, "expected times as a Float32Array of seconds"],
  ["times in 64 bits", { times: new Float64Array(5) }, "expected times as a Float32Array of seconds"],
  ["units", { unitIds: [0, 1, 2, 3, 0] }, "expected unitIds as a Uint16Array"],
  ["offsets", { offsets: [0, 4, 5] }, "expected offsets as a Uint32Array"],
  ["a beginning that is passed over", { offsets: Uint32Array.of(1, 4, 5) }, "offsets that ascend from 0"],
  ["no units", { units: undefined }, "expected units as a whole number from 1 to 65536, got undefined"],
  ["names that are a number", { classNames: 2 }, "expected classNames as an array of names, got 2"],
  ["offsets that go back", { offsets: Uint32Array.of(0, 6, 5) }, "offsets that ascend from 0"],
])("spike trains: %s", (_, part, message) => {
  expect(() => spikeDataset({ ...TRAINS, ...part })).toThrow(message);
});

test.each([undefined, NaN, 1.5, "7"])("a seed of %s is refused", (seed) => {
  const dataset = imageDataset(PICTURES);
  expect(() => splitDataset(dataset, { validation: 0.5, seed: seed as number })).toThrow(
    "seed: expected a whole number, got",
  );
});

describe("sound", () => {
  test.each([0, NaN, -1, Infinity])("of rate %f is refused", (rate) => {
    const samples = new Float32Array(10);
    expect(() => resample({ samples, sampleRate: 8000 }, rate)).toThrow("resample.sampleRate: expected");
    expect(() => resample({ samples, sampleRate: rate }, 8000)).toThrow(
      "resample.sound.sampleRate: expected",
    );
  });

  test("that is not finite is refused, and so is a level of 0", async () => {
    const cochlea = await createCochlea({ channels: 2 });
    const samples = Float32Array.of(0, 1, NaN, 0);
    expect(() => cochlea.listen({ samples, sampleRate: 8000 }, 1)).toThrow(
      "Cochlea: expected finite samples",
    );
    expect(() => cochlea.listen({ samples: Float32Array.of(0, 1), sampleRate: 8000 }, NaN)).toThrow("seed:");
    await expect(createCochlea({ level: 0 })).rejects.toThrow("Cochlea.level: expected a finite number > 0");
  });
});

describe("what is no recording and no file", () => {
  const anything = (value: unknown) => value as never;

  test.each([undefined, null, "a.aedat4", 5])("%j is refused", async (value) => {
    expect(() => createEvents(anything(value))).toThrow("createEvents: expected events {");
    expect(() => frameEvents(anything(value), { splitBy: "number", steps: 1 })).toThrow("expected events {");
    expect(() => readIdx(anything(value))).toThrow("readIdx: expected bytes in a Uint8Array, got");
    await expect(openEvents(anything(value))).rejects.toThrow(
      "openEvents: expected bytes in a Uint8Array or",
    );
    await expect(readWav(anything(value), { name: "a" })).rejects.toThrow("readWav: expected bytes");
    await expect(gunzip(anything(value), { maxBytes: 9 })).rejects.toThrow("gunzip: expected bytes");
    const framing = { splitBy: "number", steps: 1 } as const;
    await expect(eventDataset(anything(value), { framing })).rejects.toThrow("expected recordings such as");
  });

  test("whole numbers of another kind are refused by name", () => {
    const parts = { x: [0], y: [0], p: [0], width: 1, height: 1 };
    expect(() => createEvents({ ...parts, t: anything(BigInt64Array.of(7n)) })).toThrow(
      "createEvents.t: expected an array of numbers, got a BigInt64Array of 1.",
    );
    expect(() => createEvents({ ...parts, t: [0], x: anything(["0"]) })).toThrow(
      'createEvents.x[0]: expected a number, got "0"',
    );
  });
});

describe("spikes that are written as half floats", () => {
  const lasting = (seconds: number) =>
    spikeDataset({ ...TRAINS, times: Float32Array.of(0, 0.05, 0.097, 0.1, seconds), classNames: ["", "b"] });

  test("must be in their range, and long ones are said to be rounded", async () => {
    const said: string[] = [];
    const before = onWarning((message) => said.push(message));
    const folder = await mkdtemp(path.join(tmpdir(), "halves-"));
    const file = path.join(folder, "a.h5");
    await expect(writeSpikesFile(file, lasting(70_000))).rejects.toThrow("up to 65504 seconds");
    await writeSpikesFile(file, lasting(1.4));
    expect(said).toEqual([]);
    expect((await readSpikesFile(file, { name: "a" })).classNames).toEqual(["", "b"]);
    await writeSpikesFile(file, lasting(100.02));
    expect(said).toEqual([expect.stringContaining("half floats round by up to 20 ms")]);
    onWarning(before);
    await rm(folder, { recursive: true });
  });
});

test("maxDurationMs leaves out spikes from that time on, also within a frame", () => {
  const binning = new Binning(spikeDataset(TRAINS), { pool: 1, maxDurationMs: 95 });
  const frames = new Float32Array(10 * 4);
  expect(binning.steps(0)).toBe(10);
  binning.add(0, 10, frames, 0, 4);
  expect(frames.reduce((sum, count) => sum + count, 0)).toBe(2);
});

describe("options that are not known are named with the nearest one:", () => {
  const pictures = imageDataset(PICTURES);
  const trains = spikeDataset(TRAINS);
  const sequences = spikeSequences(trains, { pool: 1 });
  const events = createEvents({ t: [0, 10], x: [0, 1], y: [0, 1], p: [0, 1], width: 2, height: 2 });
  const loose = (options: object) => options as never;
  const { crop, downsample, flip, roll, timeJitter } = eventTransforms;

  test.each<[string, () => unknown, string]>([
    ["batches", () => batches(pictures, loose({ batchSize: 1, normalize: {} })), "Did you mean normalise?"],
    [
      "batches.normalise",
      () => batches(pictures, loose({ batchSize: 1, normalise: { sd: 1 } })),
      "Did you mean std?",
    ],
    ["sequenceBatches", () => sequenceBatches(sequences, loose({ batchSize: 1, suffle: true })), "shuffle?"],
    ["splitDataset", () => splitDataset(pictures, loose({ validaton: 0.5, seed: 1 })), "validation?"],
    ["spikeSequences", () => spikeSequences(trains, loose({ frameMS: 5 })), "Did you mean frameMs?"],
    ["spikeSequences.warp", () => spikeSequences(trains, loose({ pool: 1, warp: { unit: 5 } })), "units?"],
    ["framing", () => frameEvents(events, loose({ splitBy: "number", steps: 2, value: "max" })), "values?"],
    [
      "framing",
      () => frameEvents(events, loose({ splitBy: "number", steps: 2, durationUs: 9 })),
      "Options: ",
    ],
    ["flip", () => flip(loose({ probability: 1 })), "Options: axis, p"],
    ["roll", () => roll(loose({ maximum: 5 })), "max"],
    ["crop", () => crop(loose({ width: 1, height: 1, place: "center" })), "Options: width, height, at"],
    ["downsample", () => downsample(loose({ factors: 2 })), "Did you mean factor?"],
    ["timeJitter", () => timeJitter(loose({ sd: 5 })), "sdUs"],
    ["randomAffine", () => randomAffine(loose({ degree: 5 })), "Did you mean degrees?"],
    ["poissonRate", () => poissonRate(loose({ steps: 2, sead: 5 })), "Did you mean seed?"],
  ])("%s", (owner, call, hint) => {
    expect(call).toThrow(`${owner}: unknown option "`);
    expect(call).toThrow(hint);
  });

  test("so are words that are none of the choices", async () => {
    expect(() => flip(loose({ axis: "z" }))).toThrow('flip.axis: expected one of "x", "y", got "z".');
    expect(() => spikeSequences(trains, loose({ pool: 1, origin: "first" }))).toThrow(
      "origin: expected one of",
    );
    const pieces = encodeEvents([events], loose({ format: "aedat", width: 2, height: 2 }));
    await expect(pieces.next()).rejects.toThrow('encodeEvents.format: expected one of "aedat4", "compact"');
    await expect(loadDataset("mnist", loose({ split: "tst" }))).rejects.toThrow('Did you mean "test"?');
    await expect(loadEvents("nmnist", loose({}))).rejects.toThrow('expected one of "train", "test"');
  });
});
