import { describe, expect, test } from "vitest";
import {
  type BuiltInSurrogate,
  heaviside,
  surrogateDerivative,
  surrogates,
} from "../../src/engine/backends/reference/surrogate.ts";

const NAMES = Object.keys(surrogates) as BuiltInSurrogate[];
const STEP = 1e-6;

describe.each(NAMES)("surrogate %s", (name) => {
  const { derivative, primitive } = surrogates[name];

  test.each([0.5, 1, 2, 5])("is the slope of its primitive at steepness %d", (alpha) => {
    for (let z = -3.013; z < 3; z += 0.0371) {
      const slope = (primitive(z + STEP, alpha) - primitive(z - STEP, alpha)) / (2 * STEP);
      expect(derivative(z, alpha)).toBeCloseTo(slope, 6);
    }
  });

  test("is even, and highest at the threshold", () => {
    for (let z = 0.013; z < 3; z += 0.1) {
      expect(derivative(-z, 2)).toBeCloseTo(derivative(z, 2), 12);
      expect(derivative(z, 2)).toBeLessThanOrEqual(derivative(0, 2));
    }
  });

  test("has a primitive that rises through one half", () => {
    expect(primitive(0, 2)).toBe(0.5);
    expect(primitive(1, 2)).toBeGreaterThan(0.5);
    expect(primitive(-1, 2)).toBeLessThan(0.5);
  });
});

test("the published values of atan with alpha 2", () => {
  const values = [0, 0.1, 0.5, 1].map((z) => surrogates.atan.derivative(z, 2));
  expect(values.map((value) => Number(value.toFixed(4)))).toEqual([1, 0.9102, 0.2884, 0.092]);
});

test("neurons fire at the threshold", () => {
  expect([-1e-9, 0, 1e-9].map(heaviside)).toEqual([0, 1, 1]);
  expect(heaviside(NaN)).toBe(0);
});

test('"custom" takes the value of the table, and needs one', () => {
  expect(surrogateDerivative("custom", 2, 0.1, 0.75)).toBe(0.75);
  expect(() => surrogateDerivative("custom", 2, 0.1, undefined)).toThrow(
    /expected a table of derivatives for surrogate "custom", got none/,
  );
});
