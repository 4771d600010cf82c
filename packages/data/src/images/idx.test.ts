import { FormatError } from "@myelin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { idxBytes } from "../../test/synthetic.ts";
import { readIdx } from "./idx.ts";

const file = { name: "some-idx3-ubyte" };

test("reads unsigned bytes with their shape", () => {
  const { shape, data } = readIdx(idxBytes([2, 1, 3], [1, 2, 3, 4, 5, 255]));
  expect(shape).toEqual([2, 1, 3]);
  expect(data).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 255));
});

test("reads an ArrayBuffer and a view into a larger buffer alike", () => {
  const bytes = idxBytes([3], [7, 8, 9]);
  const padded = new Uint8Array(bytes.length + 10);
  padded.set(bytes, 5);
  expect(readIdx(padded.subarray(5, 5 + bytes.length))).toEqual(readIdx(bytes));
  expect(readIdx(bytes.slice().buffer)).toEqual(readIdx(bytes));
});

test.each([
  [0x09, [0xff, 0x7f], Int8Array.of(-1, 127)],
  [0x0b, [0xff, 0xfe, 0x01, 0x00], Int16Array.of(-2, 256)],
  [0x0c, [0xff, 0xff, 0xff, 0xfd, 0, 1, 0, 0], Int32Array.of(-3, 65536)],
  [0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], Float32Array.of(1, -2)],
  [0x0e, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], Float64Array.of(1.5, -2)],
])("reads big-endian values of type 0x%s", (code, bytes, expected) => {
  expect(readIdx(idxBytes([2], bytes, code)).data).toEqual(expected);
});

test.each([
  ["an empty file", new Uint8Array(0), "byte 0: expected a magic number of 4 bytes, got 0 bytes"],
  ["another magic number", Uint8Array.of(1, 2, 8, 3), "byte 0: expected an IDX magic number.*got 0x01020803"],
  ["an unknown type", Uint8Array.of(0, 0, 0x0a, 1, 0, 0, 0, 0), "byte 0: .*got 0x00000a01"],
  ["no axes", Uint8Array.of(0, 0, 8, 0), "byte 0: .*got 0x00000800"],
  ["gzip data", Uint8Array.of(0x1f, 0x8b, 8, 0), "byte 0: .*got 0x1f8b0800. The file is gzipped"],
  ["a cut header", idxBytes([2, 2], []).subarray(0, 9), "byte 4: expected 8 bytes .*, got 5 bytes"],
  [
    "missing values",
    idxBytes([2, 2], [1, 2, 3]),
    "byte 12: expected 4 bytes .*shape \\[2, 2\\], got 3. .*cut short",
  ],
  ["bytes after the end", idxBytes([2], [1, 2, 3]), "byte 8: expected 2 bytes .*got 3"],
  [
    "sizes beyond any memory",
    idxBytes([4294967295, 4294967295, 4294967295], []),
    "byte 16: expected 7.9\\d+e\\+28 bytes",
  ],
])("refuses %s", (_, bytes, message) => {
  expect(() => readIdx(bytes, file)).toThrow(FormatError);
  expect(() => readIdx(bytes, file)).toThrow(new RegExp(`^readIdx: some-idx3-ubyte, ${message}`));
});

test("refuses 255 axes of the largest size, whose product is no number, without reading on", () => {
  const bytes = idxBytes(new Array<number>(255).fill(4294967295), []);
  expect(() => readIdx(bytes, file)).toThrow(/expected Infinity bytes/);
});

test("any bytes give a FormatError or an array as large as the input", () => {
  const anyBytes = fc.uint8Array({ maxLength: 64 });
  const almostIdx = fc
    .tuple(fc.constantFrom(8, 9, 11, 12, 13, 14), fc.array(fc.nat(5), { maxLength: 4 }), anyBytes)
    .map(([code, shape, values]) => idxBytes(shape, values, code));
  fc.assert(
    fc.property(fc.oneof(anyBytes, almostIdx), (bytes) => {
      const result = resultOrFormatError(bytes);
      if (!result) return;
      expect(result.data.length).toBe(result.shape.reduce((product, size) => product * size, 1));
      expect(4 + 4 * result.shape.length + result.data.byteLength).toBe(bytes.length);
    }),
    { numRuns: 2000 },
  );
});

test("a valid file that is cut short or lengthened is always refused", () => {
  const arbitrary = fc.tuple(
    fc.integer({ min: 1, max: 6 }),
    fc.integer({ min: 1, max: 6 }),
    fc.nat(),
    fc.boolean(),
  );
  fc.assert(
    fc.property(arbitrary, ([rows, columns, place, lengthen]) => {
      const bytes = idxBytes([rows, columns], new Uint8Array(rows * columns));
      const damaged = lengthen
        ? Uint8Array.of(...bytes, ...new Uint8Array(1 + (place % 9)))
        : bytes.subarray(0, place % bytes.length);
      expect(resultOrFormatError(damaged)).toBeUndefined();
    }),
  );
});

test("a header with one byte changed is refused or describes the same number of bytes", () => {
  fc.assert(
    fc.property(fc.nat(11), fc.nat(255), (place, value) => {
      const bytes = idxBytes([3, 4], new Uint8Array(12));
      bytes[place] = value;
      const result = resultOrFormatError(bytes);
      if (result) expect(result.data.byteLength + 4 + 4 * result.shape.length).toBe(bytes.length);
    }),
    { numRuns: 1000 },
  );
});

function resultOrFormatError(bytes: Uint8Array) {
  try {
    return readIdx(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return undefined;
  }
}
