import { FormatError, ShapeError } from "@myelin/core";
import { expect, test } from "vitest";
import { syntheticDataset } from "../../test/synthetic.ts";
import { imageDataset, pixelStatistics, selectSamples } from "./dataset.ts";

const parts = { name: "tiny", channels: 1, height: 1, width: 2, classNames: ["a", "b"] };

test("counts samples and classes", () => {
  const dataset = imageDataset({ ...parts, images: new Uint8Array(6), labels: Uint8Array.of(0, 1, 1) });
  expect(dataset).toMatchObject({ count: 3, classes: 2 });
});

test.each([
  [5, [0, 1, 1], /tiny: expected at least one image and 6 pixels for 3 labels, got 5 pixels/],
  [0, [], /tiny: expected at least one image and 0 pixels for 0 labels, got 0 pixels/],
  [6, [0, 2, 1], /tiny: expected labels from 0 to 1, got 2 for sample 1/],
])("refuses %i pixels with labels %j", (pixels, labels, message) => {
  const make = () =>
    imageDataset({ ...parts, images: new Uint8Array(pixels), labels: Uint8Array.from(labels) });
  expect(make).toThrow(FormatError);
  expect(make).toThrow(message);
});

test("selects samples in the order asked for", () => {
  const dataset = syntheticDataset(5);
  const { images, labels, count } = selectSamples(dataset, [4, 0, 4]);
  const length = images.length / 3;
  expect(count).toBe(3);
  expect([...labels]).toEqual([4, 0, 4].map((index) => dataset.labels[index]));
  expect(images.subarray(length, 2 * length)).toEqual(dataset.images.subarray(0, length));
  expect(images.subarray(0, length)).toEqual(dataset.images.subarray(4 * length));
});

test("refuses to select nothing or what is not there", () => {
  expect(() => selectSamples(syntheticDataset(5), [])).toThrow(ShapeError);
  expect(() => selectSamples(syntheticDataset(5), [5])).toThrow(/expected indices from 0 to 4, got 5/);
});

test("measures mean and standard deviation of each channel", () => {
  const images = Uint8Array.of(0, 255, 51, 51, 255, 0, 51, 51); // two samples of two channels of two pixels
  const dataset = imageDataset({ ...parts, channels: 2, images, labels: Uint8Array.of(0, 1) });
  const { mean, std } = pixelStatistics(dataset);
  expect(mean[0]).toBeCloseTo(0.5, 12);
  expect(mean[1]).toBeCloseTo(0.2, 12);
  expect(std[0]).toBeCloseTo(0.5, 12);
  expect(std[1]).toBeCloseTo(0, 7);
});
