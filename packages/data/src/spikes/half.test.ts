import { expect, test } from "vitest";
import { encodeHalf, HALF_VALUES } from "./half.ts";

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
  for (const [bits, value] of known) expect(HALF_VALUES[bits]).toBe(value);
  expect(HALF_VALUES[0x7c00]).toBe(Infinity);
  expect(HALF_VALUES[0x7e00]).toBeNaN();
});

test("encoding gives back the bits of every number that a half float can be", () => {
  for (let bits = 0; bits < 0x7c00; bits++) expect(encodeHalf(HALF_VALUES[bits]!)).toBe(bits);
});

test("what lies between goes to the nearer, the middle to the even one", () => {
  expect(encodeHalf(1 + 0.4 / 1024)).toBe(0x3c00);
  expect(encodeHalf(1 + 0.6 / 1024)).toBe(0x3c01);
  expect(encodeHalf(1 + 0.5 / 1024)).toBe(0x3c00);
  expect(encodeHalf(1 + 1.5 / 1024)).toBe(0x3c02);
  expect(encodeHalf(2 - 0.25 / 1024)).toBe(0x4000); // the carry raises the exponent
  expect(encodeHalf(2 ** -26)).toBe(0);
  expect(encodeHalf(1e9)).toBe(0x7c00);
});
