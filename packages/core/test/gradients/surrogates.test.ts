import { describe, expect, test } from "vitest";
import { SURROGATE_EXPRESSIONS } from "../../src/equations/index.ts";
import { OPERATIONS } from "../../src/equations/graph/operations.ts";
import type { SurrogateName } from "../../src/neurons/defaults.ts";
import { atan, resolveSurrogate } from "../../src/neurons/surrogate.ts";
import { surrogateOf } from "../support/built-in.ts";

const NAMES = Object.keys(SURROGATE_EXPRESSIONS) as SurrogateName[];
const STEP = 1e-6;

describe.each(NAMES)("surrogate %s", (surrogate) => {
  const at = (alpha: number) => surrogateOf({ surrogate, alpha }) as Required<ReturnType<typeof surrogateOf>>;

  test.each([0.5, 1, 2, 5])("is the slope of its primitive at steepness %d", (alpha) => {
    const { derivative, primitive } = at(alpha);
    for (let z = -3.013; z < 3; z += 0.0371) {
      const slope = (primitive(z + STEP) - primitive(z - STEP)) / (2 * STEP);
      expect(derivative(z)).toBeCloseTo(slope, 6);
    }
  });

  test("is even, and highest at the threshold", () => {
    const { derivative } = at(2);
    for (let z = 0.013; z < 3; z += 0.1) {
      expect(derivative(-z)).toBeCloseTo(derivative(z), 12);
      expect(derivative(z)).toBeLessThanOrEqual(derivative(0));
    }
  });

  test("has a primitive that rises", () => {
    const { primitive } = resolveSurrogate(surrogate) as Required<ReturnType<typeof surrogateOf>>;
    expect(primitive(1)).toBeGreaterThan(primitive(0));
    expect(primitive(-1)).toBeLessThan(primitive(0));
  });
});

test("the published values of atan with alpha 2", () => {
  const values = [0, 0.1, 0.5, 1].map(atan({ alpha: 2 }).derivative);
  expect(values.map((value) => Number(value.toFixed(4)))).toEqual([1, 0.9102, 0.2884, 0.092]);
});

test("neurons fire at the threshold", () => {
  expect([-1e-9, 0, 1e-9, NaN].map((u) => OPERATIONS.spike.evaluate(u))).toEqual([0, 1, 1, 0]);
});
