import { expect, test } from "vitest";
import { decodeBfloat16, decodeHalf, encodeBfloat16, encodeHalf } from "../src/entries/io.ts";

test("half floats have the values of IEEE 754", () => {
  const known: [number, number][] = [
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, (1023 / 1024) * 2 ** -14],
    [0x0400, 2 ** -14],
    [0x2e66, 0.0999755859375],
    [0x3c00, 1],
    [0x3d00, 1.25],
    [0x7bff, 65504],
    [0xbc00, -1],
  ];
  for (const [bits, value] of known) expect(decodeHalf(bits)).toBe(value);
  expect(decodeHalf(0x7c00)).toBe(Infinity);
  expect(decodeHalf(0x7e00)).toBeNaN();
});

test("encoding gives back the bits of every number that a half float can be", () => {
  for (let bits = 0; bits <= 0x7c00; bits++) {
    expect(encodeHalf(decodeHalf(bits))).toBe(bits);
    expect(encodeHalf(decodeHalf(bits | 0x8000))).toBe(bits | 0x8000);
  }
  expect(decodeHalf(encodeHalf(NaN))).toBeNaN();
});

test("what lies between goes to the nearer, the middle to the even one", () => {
  expect(encodeHalf(1 + 0.4 / 1024)).toBe(0x3c00);
  expect(encodeHalf(1 + 0.6 / 1024)).toBe(0x3c01);
  expect(encodeHalf(1 + 0.5 / 1024)).toBe(0x3c00);
  expect(encodeHalf(1 + 1.5 / 1024)).toBe(0x3c02);
  expect(encodeHalf(2 - 0.25 / 1024)).toBe(0x4000); // the carry raises the exponent
  expect(encodeHalf(2 ** -26)).toBe(0);
  expect(encodeHalf(1e9)).toBe(0x7c00);
  expect(encodeHalf(65519)).toBe(0x7bff);
  expect(encodeHalf(65520)).toBe(0x7c00);
  expect(encodeHalf(-1.5)).toBe(0xbe00);
});

test("bfloat16 numbers are the upper halves of float32, rounded to even", () => {
  const bits = Uint16Array.of(0x0000, 0x3f80, 0xbf80, 0x7f80, 0xff80, 0x0001, 0x7f7f);
  expect([...encodeBfloat16(decodeBfloat16(bits))]).toEqual([...bits]);
  expect([...decodeBfloat16(bits.subarray(1, 5))]).toEqual([1, -1, Infinity, -Infinity]);
  const between = Float32Array.of(1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20, 3.4e38, NaN);
  const [even, up, above, overflow, nan] = encodeBfloat16(between);
  expect([even, up, above, overflow]).toEqual([0x3f80, 0x3f82, 0x3f81, 0x7f80]);
  expect(decodeBfloat16(Uint16Array.of(nan!))[0]).toBeNaN();
});
