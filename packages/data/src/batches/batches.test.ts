import { ShapeError } from "@myelin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { syntheticDataset } from "../../test/synthetic.ts";
import { compose, horizontalFlip, randomAffine, randomCrop } from "../transforms/index.ts";
import { batchCount, batches, type Batch, type BatchOptions } from "./index.ts";

const dataset = syntheticDataset(23, { channels: 2 });
const transform = compose(
  randomCrop({ padding: 1 }),
  horizontalFlip(),
  randomAffine({ degrees: 20, translate: 0.1 }),
);

function all(options: BatchOptions): Batch[] {
  return [...batches(dataset, options)];
}

function labelsOf(made: Batch[]): number[] {
  return made.flatMap(({ labels }) => [...labels]);
}

test("keeps the order without shuffling and ends with a smaller batch", () => {
  const made = all({ batchSize: 10 });
  expect(made.map(({ index, count }) => [index, count])).toEqual([
    [0, 10],
    [1, 10],
    [2, 3],
  ]);
  expect(made.map(({ shape }) => shape)).toEqual([10, 10, 3].map((count) => [count, 2, 5, 7]));
  expect(labelsOf(made)).toEqual([...dataset.labels]);
  const pixels = made.flatMap(({ inputs }) => [...inputs]);
  expect(pixels).toEqual([...Float32Array.from(dataset.images, (value) => value / 255)]);
});

test("dropLast leaves the smaller batch out", () => {
  expect(all({ batchSize: 10, dropLast: true }).map(({ count }) => count)).toEqual([10, 10]);
  expect(all({ batchSize: 23, dropLast: true })).toHaveLength(1);
});

test("normalises each channel, with and without a transform", () => {
  const normalise = { mean: [0.25, 0.5], std: [0.5, 2] };
  const identity = randomCrop({ padding: 0 });
  const plain = all({ batchSize: 23, normalise })[0]!;
  const transformed = all({ batchSize: 23, normalise, transform: identity })[0]!;
  const positions = dataset.height * dataset.width;
  dataset.images.forEach((byte, i) => {
    const channel = Math.floor(i / positions) % 2;
    const expected = (byte / 255 - normalise.mean[channel]!) / normalise.std[channel]!;
    expect(plain.inputs[i]).toBeCloseTo(expected, 6);
    expect(transformed.inputs[i]).toBeCloseTo(expected, 6);
  });
});

test("one number normalises every channel", () => {
  const [each] = all({ batchSize: 23, normalise: { mean: [0.3, 0.3], std: [0.7, 0.7] } });
  const [one] = all({ batchSize: 23, normalise: { mean: 0.3, std: 0.7 } });
  expect(one).toEqual(each);
});

test("shuffling keeps each image with its label and shows every sample once per epoch", () => {
  const length = dataset.images.length / dataset.count;
  const key = (images: ArrayLike<number>, start: number) =>
    Array.from({ length }, (_, i) => images[start + i]).join();
  const byImage = new Map<string, number>();
  const scaled = Float32Array.from(dataset.images, (value) => value / 255);
  dataset.labels.forEach((label, i) => byImage.set(key(scaled, i * length), label));
  for (let epoch = 0; epoch < 5; epoch++) {
    const seen = new Set<string>();
    for (const { inputs, labels } of batches(dataset, { batchSize: 7, shuffle: true, seed: 3, epoch })) {
      labels.forEach((label, i) => {
        const image = key(inputs, i * length);
        expect(byImage.get(image)).toBe(label);
        seen.add(image);
      });
    }
    expect(seen.size).toBe(dataset.count);
  }
});

test("resumed at any batch, an epoch repeats its bits", () => {
  const arbitrary = fc.record({
    batchSize: fc.integer({ min: 1, max: 23 }),
    shuffle: fc.boolean(),
    dropLast: fc.boolean(),
    seed: fc.integer(),
    epoch: fc.nat(1000),
  });
  fc.assert(
    fc.property(arbitrary, fc.nat(), (options, place) => {
      const whole = all({ ...options, transform });
      const startBatch = place % (whole.length + 1);
      expect(all({ ...options, transform, startBatch })).toEqual(whole.slice(startBatch));
    }),
    { numRuns: 50 },
  );
});

test("what happens to a sample does not depend on its batch", () => {
  const options = { shuffle: true, seed: 9, epoch: 2, transform };
  const ones = all({ ...options, batchSize: 1 }).flatMap(({ inputs }) => [...inputs]);
  const eights = all({ ...options, batchSize: 8 }).flatMap(({ inputs }) => [...inputs]);
  expect(eights).toEqual(ones);
});

test("another epoch or seed gives another order and other changes", () => {
  const order = (options: Partial<BatchOptions>) =>
    labelsOf(all({ batchSize: 23, shuffle: true, ...options }));
  expect(order({ epoch: 1 })).not.toEqual(order({ epoch: 0 }));
  expect(order({ seed: 1 })).not.toEqual(order({ seed: 0 }));
  const images = (options: Partial<BatchOptions>) => all({ batchSize: 23, transform, ...options })[0]!.inputs;
  expect(images({ epoch: 1 })).not.toEqual(images({ epoch: 0 }));
  expect(images({ seed: 1 })).not.toEqual(images({ seed: 0 }));
});

test("batches can be iterated twice", () => {
  const iterable = batches(dataset, { batchSize: 10, shuffle: true, transform });
  expect([...iterable]).toEqual([...iterable]);
});

test("counts the batches of an epoch", () => {
  expect(batchCount(23, { batchSize: 10 })).toBe(3);
  expect(batchCount(23, { batchSize: 10, dropLast: true })).toBe(2);
  expect(batchCount(20, { batchSize: 10 })).toBe(2);
});

test.each([
  [{ batchSize: 24 }, /^batches: expected batchSize from 1 to the 23 samples there are, got 24/],
  [{ batchSize: 0 }, /got 0/],
  [{ batchSize: 2.5 }, /got 2.5/],
  [{ batchSize: 10, startBatch: 4 }, /expected startBatch as a whole number from 0 to 3, got 4/],
  [{ batchSize: 10, startBatch: -1 }, /got -1/],
  [{ batchSize: 10, epoch: 0.5 }, /expected epoch .* got 0.5/],
  [{ batchSize: 10, seed: Number.NaN }, /expected seed .* got NaN/],
  [
    { batchSize: 10, normalise: { mean: [0, 0, 0], std: 1 } },
    /expected normalise.mean .* got \[0, 0, 0\].* 2 channels/,
  ],
  [
    { batchSize: 10, normalise: { mean: 0, std: [1, 0] } },
    /expected normalise.std above 0, got 0 for channel 1/,
  ],
  [{ batchSize: 10, normalise: { mean: Number.NaN, std: 1 } }, /expected normalise.mean .* got \[NaN, NaN\]/],
] satisfies [BatchOptions, RegExp][])("refuses %j at once", (options, message) => {
  expect(() => batches(dataset, options)).toThrow(ShapeError);
  expect(() => batches(dataset, options)).toThrow(message);
});
