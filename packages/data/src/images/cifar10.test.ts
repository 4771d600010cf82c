import { FormatError } from "@myelin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CIFAR10_RECORD_BYTES, readCifar10 } from "./cifar10.ts";

function record(label: number, pixel: number): number[] {
  return [label, ...new Uint8Array(CIFAR10_RECORD_BYTES - 1).fill(pixel)];
}

test("parts labels from planes", () => {
  const bytes = Uint8Array.of(...record(3, 10), ...record(9, 20));
  bytes[CIFAR10_RECORD_BYTES - 1] = 99; // the last blue pixel of the first image
  const { images, labels, count } = readCifar10(bytes);
  expect(count).toBe(2);
  expect(labels).toEqual(Uint8Array.of(3, 9));
  expect([images[0], images[3071], images[3072]]).toEqual([10, 99, 20]);
});

test.each([
  ["an empty file", new Uint8Array(0), "byte 0: expected whole records of 3073 bytes, got an empty file"],
  [
    "a cut record",
    new Uint8Array(3073 + 5),
    "byte 3073: expected whole records .*, got 5 bytes after the last one",
  ],
  [
    "a label of 10",
    Uint8Array.of(...record(0, 1), ...record(10, 1)),
    "byte 3073: expected a label from 0 to 9, got 10",
  ],
])("refuses %s", (_, bytes, message) => {
  expect(() => readCifar10(bytes, { name: "b.bin" })).toThrow(FormatError);
  expect(() => readCifar10(bytes, { name: "b.bin" })).toThrow(new RegExp(`^readCifar10: b.bin, ${message}`));
});

test("any number of records with any labels is read whole or refused", () => {
  const arbitrary = fc.tuple(fc.array(fc.nat(11), { maxLength: 4 }), fc.nat(3));
  fc.assert(
    fc.property(arbitrary, ([labels, extra]) => {
      const bytes = new Uint8Array(labels.length * CIFAR10_RECORD_BYTES + extra);
      labels.forEach((label, i) => (bytes[i * CIFAR10_RECORD_BYTES] = label));
      const valid = labels.length > 0 && extra === 0 && labels.every((label) => label < 10);
      if (valid) expect([...readCifar10(bytes).labels]).toEqual(labels);
      else expect(() => readCifar10(bytes)).toThrow(FormatError);
    }),
  );
});
