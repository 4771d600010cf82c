import { ShapeError } from "@myelin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { syntheticDataset } from "../../test/synthetic.ts";
import { imageDataset, type ImageDataset } from "./dataset.ts";
import { splitDataset } from "./split.ts";

/** A data set whose one-pixel images are the numbers of its samples. */
function numbered(labels: number[]): ImageDataset {
  return imageDataset({
    name: "numbered",
    images: Uint8Array.from(labels.keys()),
    labels: Uint8Array.from(labels),
    channels: 1,
    height: 1,
    width: 1,
    classNames: ["a", "b", "c"],
  });
}

test("every sample is in one part, in order, and each class gives its share", () => {
  const arbitrary = fc.record({
    labels: fc.array(fc.nat(2), { minLength: 20, maxLength: 200 }),
    validation: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(arbitrary, ({ labels, validation, seed }) => {
      const dataset = numbered(labels);
      const split = splitDataset(dataset, { validation, seed });
      const held = [...split.validation.images];
      const kept = [...split.train.images];
      expect(held).toEqual(held.toSorted((a, b) => a - b));
      expect(kept).toEqual(kept.toSorted((a, b) => a - b));
      expect([...held, ...kept].toSorted((a, b) => a - b)).toEqual([...dataset.images]);
      for (const label of [0, 1, 2]) {
        const members = labels.filter((l) => l === label).length;
        expect(split.validation.labels.filter((l) => l === label)).toHaveLength(
          Math.round(validation * members),
        );
      }
      expect(splitDataset(dataset, { validation, seed })).toEqual(split);
    }),
  );
});

test("another seed draws other samples", () => {
  const dataset = syntheticDataset(300);
  const first = splitDataset(dataset, { validation: 0.5, seed: 1 }).validation.images;
  expect(splitDataset(dataset, { validation: 0.5, seed: 2 }).validation.images).not.toEqual(first);
});

test.each([0, 1, -0.1, 1.5, Number.NaN, 0.001])(
  "refuses a validation part of %d of 30 samples",
  (validation) => {
    const split = () => splitDataset(syntheticDataset(30), { validation, seed: 1 });
    expect(split).toThrow(ShapeError);
    expect(split).toThrow(/^splitDataset: expected a validation part between 0 and 1 .* of 30 samples/);
  },
);
