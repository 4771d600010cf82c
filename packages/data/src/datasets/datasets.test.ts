import { describe, expect, test } from "vitest";
import { syntheticDataset } from "../../test/synthetic.ts";
import { batches, sequenceBatches } from "../batches/index.ts";
import { selectSamples, splitDataset } from "../images/index.ts";
import { splitBySource, splitSequences } from "../sequences/index.ts";
import { spikeDataset, spikeSequences } from "../spikes/index.ts";
import { horizontalFlip } from "../transforms/index.ts";
import { createDataset, type Dataset } from "./index.ts";

const pixels = syntheticDataset(23, { channels: 2 });
const transform = horizontalFlip();
const preparation = { normalise: { mean: 0.5, std: 2 }, transform };
const images = createDataset(pixels, preparation);

/** Ten samples of two spikes; sample n is of speaker n % 3. */
const spikes = spikeSequences(
  spikeDataset({
    name: "spikes",
    classNames: ["even", "odd"],
    labels: Array.from({ length: 10 }, (_, n) => n % 2),
    sources: Array.from({ length: 10 }, (_, n) => n % 3),
    units: 4,
    times: Float32Array.from({ length: 20 }, (_, i) => (i % 2) * 0.01 * (1 + (i >> 1))),
    unitIds: Uint16Array.from({ length: 20 }, (_, i) => i % 4),
    offsets: Uint32Array.from({ length: 11 }, (_, n) => 2 * n),
  }),
  { frameMs: 10, pool: 1, warp: { units: 1, time: 0.1 } },
);
const sequences = createDataset(spikes);

const order = { batchSize: 4, shuffle: true, seed: 3, epoch: 2 };

describe("a data set", () => {
  test("says what its samples are", () => {
    expect(images).toMatchObject({ name: "synthetic", count: 23, shape: [2, 5, 7], sequence: false });
    expect(images.images).toBe(pixels);
    expect(sequences).toMatchObject({ name: "spikes", classes: 2, shape: [4], sequence: true });
    expect(sequences.images).toBeUndefined();
  });

  test("gives the batches of its kind, changed at random only where that is asked for", () => {
    const { normalise } = preparation;
    expect([...images.batches(order)]).toEqual([...batches(pixels, { ...order, normalise })]);
    expect([...images.batches({ ...order, augment: true })]).toEqual([
      ...batches(pixels, { ...order, ...preparation }),
    ]);
    expect([...sequences.batches(order)]).toEqual([...sequenceBatches(spikes, order)]);
    const augmented = { ...order, augment: true };
    expect([...sequences.batches(augmented)]).toEqual([...sequenceBatches(spikes, augmented)]);
  });

  test("selects samples that are prepared in the same way", () => {
    const chosen = [5, 2, 9, 1];
    const one = { batchSize: 4 };
    expect([...images.select(chosen).batches(one)]).toEqual([
      ...batches(selectSamples(pixels, chosen), { ...one, normalise: preparation.normalise }),
    ]);
    expect([...sequences.select(chosen).batches(one)]).toEqual([
      ...sequenceBatches(spikes.select(chosen), one),
    ]);
  });

  test("is split by a share of each class, or by source", () => {
    const share = { validation: 0.3, seed: 1 };
    const labels = (parts: Record<"train" | "validation", Pick<Dataset, "labels">>) => [
      parts.train.labels,
      parts.validation.labels,
    ];
    expect(labels(images.split(share))).toEqual(labels(splitDataset(pixels, share)));
    expect(labels(sequences.split(share))).toEqual(labels(splitSequences(spikes, share)));
    expect(labels(sequences.split({ sources: [2] }))).toEqual(labels(splitBySource(spikes, [2])));
  });
});

describe("mistakes", () => {
  test.each([undefined, null, 1, {}, { images: [1] }, { collate: 1, labels: new Uint32Array(1) }])(
    "%j is no data set",
    (source) => {
      expect(() => createDataset(source as never)).toThrow(
        /^createDataset: expected a data set of images or sequences, got /,
      );
    },
  );

  test("sequences are prepared where they are made", () => {
    expect(() => createDataset(spikes, preparation)).toThrow(/^createDataset: unknown option "normalise"/);
  });

  test("images have no sources", () => {
    expect(() => images.split({ sources: [1] })).toThrow(
      /^Dataset.split: expected a share to hold out, as images have no sources, got /,
    );
  });

  test("options that do not fit are refused at once", () => {
    expect(() => images.batches({ batchSize: 24 })).toThrow(/expected batchSize from 1 to the 23 samples/);
    expect(() => sequences.batches({ batchSize: 11 })).toThrow(/expected batchSize from 1 to the 10 samples/);
    expect(() => images.batches({ batchSize: 4, augment: 1 as never })).toThrow(
      "Dataset.batches.augment: expected true or false, got 1.",
    );
    expect(() => images.batches(undefined as never)).toThrow(/^Dataset.batches: expected options such as/);
    expect(() => createDataset(pixels, { transform: 1 as never })).toThrow(
      /^createDataset.transform: expected/,
    );
  });
});
