import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { FormatError } from "@myelin/core";
import fc from "fast-check";
import * as library from "h5wasm/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSpikesFile } from "../node/spikes/read-spikes-file.ts";
import { writeSpikesFile } from "../node/spikes/write-spikes-file.ts";
import { spikeDataset, type SpikeDataset } from "../spikes/index.ts";
import { readSpikes } from "./read-spikes.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "spikes-"));
  await library.ready;
});
afterAll(() => rm(folder, { recursive: true }));

const place = (name: string): string => path.join(folder, name);

/** Samples with 0 to 4 spikes. */
function example(count: number): SpikeDataset {
  const offsets = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i]! + (i % 5);
  const spikes = offsets[count]!;
  return spikeDataset({
    name: "example",
    units: 700,
    classNames: ["zero", "fünf", "neun"],
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
    sources: Uint16Array.from({ length: count }, (_, i) => 300 + i),
    times: Uint16Array.from({ length: spikes }, () => 0x3800),
    unitIds: Uint16Array.from({ length: spikes }, (_, i) => (i * 37) % 700),
    offsets,
  });
}

/** Writes an HDF5 file with the library itself. */
function make(name: string, fill: (file: InstanceType<typeof library.File>) => void): string {
  const file = new library.File(place(name), "w");
  try {
    fill(file);
  } finally {
    file.close();
  }
  return place(name);
}

/** A whole file, changed through the library. */
async function changed(
  name: string,
  change: (file: InstanceType<typeof library.File>) => void,
): Promise<string> {
  await writeSpikesFile(place(name), example(4));
  const file = new library.File(place(name), "a");
  change(file);
  file.close();
  return place(name);
}

async function expectSameAgain(dataset: SpikeDataset): Promise<void> {
  await writeSpikesFile(place("round.h5"), dataset);
  const options = { name: "example", classNames: dataset.classNames };
  expect(await readSpikesFile(place("round.h5"), options)).toEqual(dataset);
  expect(await readSpikes(await readFile(place("round.h5")), options)).toEqual(dataset);
}

describe("what is written", () => {
  test.each([1, 2, 255, 256, 257, 300])("is read again as it was, %i samples", async (count) => {
    await expectSameAgain(example(count));
  });

  test("has any number of classes and speakers", async () => {
    const classNames = Array.from({ length: 70_000 }, (_, label) => String(label));
    const labels = [255, 256, 65_535, 69_999];
    const sources = [0, 256, 65_536, 2 ** 32 - 1];
    await expectSameAgain(spikeDataset({ ...example(4), classNames, labels, sources }));
  });

  test("rounds times to half floats", async () => {
    const times = Float32Array.of(0, 0.1, 0.7);
    const dataset = { ...example(3), times };
    await writeSpikesFile(place("float.h5"), dataset);
    const { times: halves } = await readSpikesFile(place("float.h5"), { name: "float" });
    expect(halves).toEqual(Uint16Array.of(0, 0x2e66, 0x399a));
  });

  test("leaves nothing behind when it cannot be written", async () => {
    const target = place("missing/folder.h5");
    await expect(writeSpikesFile(target, example(2))).rejects.toThrow("a place where nothing can be made");
  });
});

test("spikes out of order are sorted within their sample", async () => {
  const dataset = {
    ...example(3),
    times: Uint16Array.of(0x3c00, 0x3c00, 0x3800),
    unitIds: Uint16Array.of(1, 2, 3),
  };
  await writeSpikesFile(place("unsorted.h5"), dataset);
  expect(await readSpikesFile(place("unsorted.h5"), { name: "x" })).toMatchObject({
    times: Uint16Array.of(0x3c00, 0x3800, 0x3c00),
    unitIds: Uint16Array.of(1, 3, 2),
  });
});

describe("errors name the place in the file", () => {
  const cases: [string, () => string | Promise<string>, RegExp][] = [
    ["no file", () => place("nowhere.h5"), /^readSpikesFile: expected a readable file at .*nowhere.h5/],
    [
      "other contents",
      async () => {
        await writeFile(place("text.h5"), "not HDF5 at all");
        return place("text.h5");
      },
      /^readSpikes: x, \/: expected an HDF5 file, got another beginning/,
    ],
    [
      "a file cut short",
      async () => {
        await writeSpikesFile(place("cut.h5"), example(9));
        await truncate(place("cut.h5"), 3000);
        return place("cut.h5");
      },
      /^readSpikes: x, \/: expected \d+ bytes, as the file says, got 3000/,
    ],
    [
      "no labels",
      () => make("empty.h5", () => undefined),
      /^readSpikes: x, labels: expected a data set, got /,
    ],
    [
      "no spikes",
      () => make("labels.h5", (file) => file.create_dataset({ name: "labels", data: Uint8Array.of(1) })),
      /^readSpikes: x, spikes\/times: expected a data set, got /,
    ],
    [
      "no samples",
      () =>
        make("none.h5", (file) =>
          file.create_dataset({ name: "labels", data: new Uint8Array(0), shape: [0] }),
        ),
      /^readSpikes: x, labels: expected at least one sample, got none/,
    ],
    [
      "labels out of range",
      () => make("l.h5", (file) => file.create_dataset({ name: "labels", data: Int32Array.of(0, -1) })),
      /^readSpikes: x, labels: expected whole numbers from 0 to 4294967295, got -1 as number 1/,
    ],
    [
      "times that are no rows",
      () =>
        make("flat.h5", (file) => {
          file.create_dataset({ name: "labels", data: Uint8Array.of(1) });
          file.create_group("spikes").create_dataset({ name: "times", data: Float32Array.of(1) });
        }),
      /^readSpikes: x, spikes\/times: expected rows of numbers, got float of 4 bytes of shape \[1\]/,
    ],
    [
      "another number of rows",
      () => changed("rows.h5", (file) => library.Module.resize_dataset(file.file_id, "spikes/units", [3n])),
      /^readSpikes: x, spikes\/units: expected 4 rows, as there are labels, got shape \[3\]/,
    ],
  ];
  test.each(cases)("%s", async (_, file, message) => {
    await expect(readSpikesFile(await file(), { name: "x" })).rejects.toThrow(message);
  });

  test("units out of range", async () => {
    await writeSpikesFile(place("units.h5"), example(20));
    await expect(readSpikesFile(place("units.h5"), { name: "x", units: 100 })).rejects.toThrow(
      /^spikeDataset: x, sample \d+: expected units as numbers from 0 to 99, got 1\d\d/,
    );
  });
});

test("files cut short or changed end in data or a FormatError", async () => {
  await writeSpikesFile(place("whole.h5"), example(40));
  const whole = await readFile(place("whole.h5"));
  const damage = fc.record({
    cut: fc.oneof(fc.constant(whole.length), fc.nat(whole.length)),
    places: fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ cut, places }) => {
      const bytes = Uint8Array.from(whole);
      for (const [at, value] of places) bytes[at] = value;
      await writeFile(place("damaged.h5"), bytes.subarray(0, cut));
      const result = await readSpikesFile(place("damaged.h5"), { name: "x", timeLimitMs: 3000 }).catch(
        (error: unknown) => error,
      );
      if (result instanceof Error) expect(result).toBeInstanceOf(FormatError);
      else expect(result).toMatchObject({ count: 40 });
    }),
    { numRuns: 150 },
  );
}, 60_000);

test("a file in which the library never ends is given up", async () => {
  await writeSpikesFile(place("endless.h5"), example(40));
  const bytes = await readFile(place("endless.h5"));
  bytes[5640] = 167;
  await writeFile(place("endless.h5"), bytes);
  const reading = readSpikesFile(place("endless.h5"), { name: "x", timeLimitMs: 2000 });
  await expect(reading).rejects.toThrow(
    /^x: expected the HDF5 library to read the file within 2 s, got no answer/,
  );
  await writeSpikesFile(place("next.h5"), example(40));
  expect(await readSpikesFile(place("next.h5"), { name: "x" })).toMatchObject({ count: 40 });
});
