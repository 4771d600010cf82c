import { describe, expect, test } from "vitest";
import { Random, randomBits } from "./random.ts";

/** Pearson's chi-square of counts that should all be equal. */
function chiSquare(counts: ArrayLike<number>): number {
  const all = Array.from(counts);
  const expected = all.reduce((sum, count) => sum + count, 0) / all.length;
  return all.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** A bound that a right generator passes with probability 1 - 1e-6 or so: mean + 5 standard deviations. */
function chiSquareLimit(cells: number): number {
  return cells - 1 + 5 * Math.sqrt(2 * (cells - 1));
}

function bitCount(x: number): number {
  let count = 0;
  for (let bits = x >>> 0; bits !== 0; bits &= bits - 1) count++;
  return count;
}

function draws(n: number, next: () => number): number[] {
  return Array.from({ length: n }, next);
}

describe("randomBits", () => {
  test("gives these numbers, on every backend and for ever", () => {
    expect([randomBits(0, 0), randomBits(0, 1), randomBits(1, 0), randomBits(123456789, 4294967295)]).toEqual(
      [972338515, 1230522858, 75234781, 2674004212],
    );
  });

  test.each([
    ["low byte", 0],
    ["second byte", 8],
    ["third byte", 16],
    ["high byte", 24],
  ])("%s is uniform over consecutive indices, for many keys", (_, shift) => {
    for (const key of [0, 1, 2, 3, 0xffffffff, 0x9e3779b9, 123456789]) {
      const counts = new Float64Array(256);
      for (let index = 0; index < 1 << 16; index++) counts[(randomBits(key, index) >>> shift) & 255]! += 1;
      expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(256));
    }
  });

  test("is uniform over consecutive keys", () => {
    const counts = new Float64Array(256);
    for (let key = 0; key < 1 << 16; key++) counts[randomBits(key, 7) >>> 24]! += 1;
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(256));
  });

  test.each([
    ["neighbouring indices", 0, 1],
    ["rows of a power of two", 0, 4096],
    ["neighbouring keys", 1, 0],
  ])("%s are independent (pairs fill a 16 x 16 table evenly)", (_, keyStep, indexStep) => {
    const counts = new Float64Array(256);
    for (let index = 0; index < 1 << 16; index++) {
      const here = randomBits(5, index) >>> 28;
      const there = randomBits(5 + keyStep, index + indexStep) >>> 28;
      counts[here * 16 + there]! += 1;
    }
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(256));
  });

  test.each(["index", "key"])("flipping one bit of the %s flips half of the result", (which) => {
    const samples = 2000;
    for (let bit = 0; bit < 32; bit++) {
      let flipped = 0;
      for (let n = 0; n < samples; n++) {
        const key = Math.imul(n, 2654435761) >>> 0;
        const index = Math.imul(n, 40503) >>> 0;
        const other =
          which === "index" ? randomBits(key, index ^ (1 << bit)) : randomBits(key ^ (1 << bit), index);
        flipped += bitCount(randomBits(key, index) ^ other);
      }
      expect(Math.abs(flipped / samples / 32 - 0.5)).toBeLessThan(0.02);
    }
  });

  test("uses only the low 32 bits of the key", () => {
    expect(randomBits(2 ** 32 + 5, 9)).toBe(randomBits(5, 9));
    expect(randomBits(-1, 9)).toBe(randomBits(0xffffffff, 9));
  });
});

describe("Random", () => {
  test("the same seed gives the same numbers, another seed others", () => {
    const numbers = (seed: number) => {
      const random = new Random(seed);
      return draws(20, () => random.nextUint32());
    };
    expect(numbers(42)).toEqual(numbers(42));
    expect(numbers(42)).not.toEqual(numbers(43));
  });

  test("continues from a saved state, with normal numbers in between", () => {
    const random = new Random(7);
    random.normal();
    const state = random.getState();
    const expected = draws(5, () => random.normal());
    const resumed = new Random(0);
    resumed.setState(JSON.parse(JSON.stringify(state)) as number[]);
    expect(draws(5, () => resumed.normal())).toEqual(expected);
  });

  test.each([[[]], [[1, 2, 3]], [[0, 0, 0, 0]], [[1, 2, 3, 2 ** 32]], [[1, 2, 3, 0.5]], [[1, 2, 3, NaN]]])(
    "refuses the state %j",
    (state) => {
      expect(() => new Random(0).setState(state)).toThrow(/Random\.setState: expected four 32-bit integers/);
    },
  );

  test("uniform numbers are in [0, 1), exact in float32, with the right moments", () => {
    const random = new Random(1);
    const values = draws(100_000, () => random.uniform());
    expect(values.every((x) => x >= 0 && x < 1 && Math.fround(x) === x)).toBe(true);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 3);
  });

  test("normal numbers have the right first four moments", () => {
    const random = new Random(2);
    const values = draws(200_000, () => random.normal());
    const moment = (power: number) => values.reduce((sum, x) => sum + x ** power, 0) / values.length;
    expect(moment(1)).toBeCloseTo(0, 1.5);
    expect(moment(2)).toBeCloseTo(1, 1.5);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1);
  });

  test("integers are uniform below n", () => {
    const random = new Random(3);
    const counts = new Float64Array(7);
    for (let n = 0; n < 70_000; n++) counts[random.integer(7)]! += 1;
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(7));
    expect(random.integer(1)).toBe(0);
  });

  test.each([0, -1, 2.5, NaN, 2 ** 33])("refuses to draw an integer below %d", (n) => {
    expect(() => new Random(0).integer(n)).toThrow(
      /Random\.integer: expected an integer >= 1 and <= 4294967296/,
    );
  });

  test("shuffling keeps the elements and makes every order equally likely", () => {
    const random = new Random(4);
    const orders = new Map<string, number>();
    for (let n = 0; n < 24_000; n++) {
      const order = random.shuffle([0, 1, 2, 3]).join("");
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24);
    expect(chiSquare([...orders.values()])).toBeLessThan(chiSquareLimit(24));
  });

  test("shuffles typed arrays in place", () => {
    const indices = Uint32Array.from({ length: 100 }, (_, i) => i);
    const shuffled = new Random(5).shuffle(indices);
    expect(shuffled).toBe(indices);
    expect([...indices].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...indices]).not.toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});
