import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { selectSpikes, spikeDataset } from "./dataset.ts";
import type { SpikeDatasetParts } from "./spike-dataset.ts";
import { joinSpikes } from "./join.ts";
import { sortSpikes } from "./order.ts";
import { packSpikes } from "./pack.ts";

const PARTS: SpikeDatasetParts = {
  name: "tiny",
  units: 4,
  classNames: ["a", "b"],
  labels: Uint8Array.of(0, 1, 1),
  sources: Uint16Array.of(7, 8, 7),
  times: Float32Array.of(0, 0.5, 0.25, 0.25, 1),
  unitIds: Uint16Array.of(0, 1, 2, 3, 0),
  offsets: Uint32Array.of(0, 2, 2, 5),
};

describe("a data set of spikes", () => {
  test("counts its samples and classes", () => {
    expect(spikeDataset(PARTS)).toMatchObject({ count: 3, classes: 2 });
  });

  const wrong: [string, Partial<SpikeDatasetParts>, RegExp][] = [
    ["no samples", { labels: new Uint8Array(0), offsets: Uint32Array.of(0) }, /got 0 labels/],
    ["lengths that disagree", { unitIds: new Uint16Array(4) }, /5 times and 4 units/],
    ["too few speakers", { sources: new Uint16Array(2) }, /same file/],
    ["a label without a class", { labels: Uint8Array.of(0, 2, 1) }, /labels from 0 to 1, got 2 for sample 1/],
    ["a negative time", { times: Float32Array.of(-1, 0.5, 0, 0, 1) }, /sample 0: expected times .* got -1/],
    ["a time that is no number", { times: Float32Array.of(0, NaN, 0, 0, 1) }, /sample 0.* got NaN/],
    [
      "times out of order",
      { times: Float32Array.of(0, 1, 1, 0, 1) },
      /sample 2: expected times as ascending/,
    ],
    ["a unit out of range", { unitIds: Uint16Array.of(0, 1, 2, 4, 0) }, /sample 2: expected units .* got 4/],
  ];
  test.each(wrong)("%s is an error", (_, change, message) => {
    expect(() => spikeDataset({ ...PARTS, ...change })).toThrow(message);
  });
});

test("selected samples keep their spikes, labels and speakers", () => {
  expect(selectSpikes(spikeDataset(PARTS), [2, 0])).toMatchObject({
    labels: Uint32Array.of(1, 0),
    sources: Uint32Array.of(7, 7),
    times: Float32Array.of(0.25, 0.25, 1, 0, 0.5),
    unitIds: Uint16Array.of(2, 3, 0, 0, 1),
    offsets: Uint32Array.of(0, 3, 5),
  });
  expect(() => selectSpikes(spikeDataset(PARTS), [3])).toThrow(/indices from 0 to 2, got 3/);
  expect(() => selectSpikes(spikeDataset(PARTS), [])).toThrow(/got 0 labels/);
});

test("samples are packed one after the other, each in order of time", () => {
  const samples = [
    { times: [0.5, 0], units: [1, 0] },
    { times: [], units: [] },
    { times: Float64Array.of(0.25, 0.25, 1), units: Uint8Array.of(2, 3, 0) },
  ];
  const { times, unitIds, offsets } = PARTS;
  expect(packSpikes(samples)).toEqual({ times, unitIds, offsets });
  expect(() => packSpikes([{ times: [0], units: [0, 1] }])).toThrow(
    "packSpikes.samples[0]: expected as many times as units, got 1 and 2.",
  );
  expect(() => packSpikes([{ times: [0], units: [65_536] }])).toThrow("from 0 to 65535, got 65536");
  expect(() => packSpikes([{ times: [0] } as never])).toThrow(
    "packSpikes.samples[0]: expected { times, units }",
  );
});

test("joined data sets hold the samples of both", () => {
  const tiny = spikeDataset(PARTS);
  const both = joinSpikes(tiny, tiny);
  expect(selectSpikes(both, [0, 1, 2])).toEqual(tiny);
  expect(selectSpikes(both, [3, 4, 5])).toEqual(tiny);
  expect(() => joinSpikes(tiny, { ...tiny, units: 5 })).toThrow(/got 4 and 5 units/);
});

test("sorting orders the spikes of each sample by time and keeps pairs together", () => {
  const sample = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 99 })));
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1 }), (samples) => {
      const all = samples.flat();
      const trains = {
        times: Uint16Array.from(all, ([time]) => 0x3c00 + time),
        unitIds: Uint16Array.from(all, ([, unit]) => unit),
        offsets: Uint32Array.from([0, ...samples.map((_, i) => samples.slice(0, i + 1).flat().length)]),
      };
      sortSpikes(trains);
      const expected = samples.flatMap((spikes) => [...spikes].sort(([a], [b]) => a - b));
      expect([...trains.times]).toEqual(expected.map(([time]) => 0x3c00 + time));
      expect([...trains.unitIds]).toEqual(expected.map(([, unit]) => unit));
    }),
  );
});
