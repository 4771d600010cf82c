import { FormatError } from "@myelin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sequenceBatches } from "./batches/index.ts";
import { eventDataset } from "./frames/index.ts";
import { batches, imageDataset, selectSamples, splitDataset } from "./browser.ts";
import { checkedLabels } from "./labels.ts";
import { splitSequences } from "./sequences/index.ts";
import { joinSpikes, selectSpikes, spikeDataset, spikeSequences } from "./spikes/index.ts";

const CLASSES = 300;
const labels = Array.from({ length: 2 * CLASSES }, (_, i) => i % CLASSES);
const classNames = Array.from({ length: CLASSES }, (_, label) => `class ${label}`);
const name = "many";

const images = imageDataset({
  ...{ name, classNames, labels, channels: 1, height: 1, width: 1 },
  images: new Uint8Array(labels.length),
});
const spikes = spikeDataset({
  ...{ name, classNames, labels, sources: labels.map((label) => 65_000 + label), units: 4 },
  times: Float32Array.from(labels, () => 0.001),
  unitIds: Uint16Array.from(labels, () => 1),
  offsets: Uint32Array.from({ length: labels.length + 1 }, (_, i) => i),
});

test("labels beyond 255 survive images, splits and batches", () => {
  expect([...images.labels]).toEqual(labels);
  expect([...selectSamples(images, [256, 299]).labels]).toEqual([256, 299]);
  const { train, validation } = splitDataset(images, { validation: 0.5, seed: 1 });
  expect([...train.labels].sort((a, b) => a - b)).toEqual(labels.slice(0, CLASSES));
  expect(validation.count).toBe(CLASSES);
  expect([...batches(images, { batchSize: 600 })][0]!.labels).toEqual(Float32Array.from(labels));
});

test("labels and sources beyond 255 and 65,535 survive spike trains", () => {
  const picked = selectSpikes(joinSpikes(spikes, spikes), [256, 1199]);
  expect([...picked.labels]).toEqual([256, 299]);
  expect([...picked.sources!]).toEqual([65_256, 65_299]);
  const sequences = spikeSequences(spikes, { pool: 1, cutMix: { probability: 0 } });
  expect([...sequences.select([299]).labels]).toEqual([299]);
  expect(splitSequences(sequences, { validation: 0.5, seed: 1 }).validation.count).toBe(CLASSES);
  const [batch] = [...sequenceBatches(sequences.select([256, 556]), { batchSize: 2, augment: true })];
  expect(batch!.targets![256]).toBe(1);
});

test("labels beyond 255 survive frames of events", async () => {
  const events = {
    ...{ width: 1, height: 1, length: 1 },
    ...{ t: new Float64Array(1), x: new Uint16Array(1), y: new Uint16Array(1), p: new Uint8Array(1) },
  };
  const dataset = await eventDataset(
    {
      ...{ name, classNames, count: labels.length, labels: Uint32Array.from(labels), width: 1, height: 1 },
      read: () => Promise.resolve(events),
      close: () => Promise.resolve(),
    },
    { framing: { splitBy: "duration", durationUs: 1, steps: 1 }, clips: 2 },
  );
  expect([...dataset.select([2 * 256, 2 * 299 + 1]).labels]).toEqual([256, 299]);
});

test("what is no class is refused", () => {
  const bad = fc.oneof(
    fc.integer({ min: CLASSES }),
    fc.integer({ max: -1 }),
    fc.constantFrom(0.5, Number.NaN, Infinity),
  );
  fc.assert(
    fc.property(bad, (label) => {
      const check = () => checkedLabels("data", [0, label], CLASSES);
      expect(check).toThrow(FormatError);
      expect(check).toThrow(`data: expected labels from 0 to 299, got ${label} for sample 1.`);
    }),
  );
});
