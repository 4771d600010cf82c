import { describe, expect, it } from "vitest";
import { PERCENT, scaleOf, ticksOf } from "./scale.ts";

function labels(values: readonly number[], options = {}, quantity = { label: "x" }): string[] {
  const scale = scaleOf(values, quantity, options);
  return ticksOf(scale).map(scale.format);
}

describe("scaleOf", () => {
  it("tells ticks of small numbers apart and says the power beside them", () => {
    const scale = scaleOf([0.0015, 0.0032], { label: "learning rate" }, { min: 0 });
    expect(ticksOf(scale).map(scale.format)).toEqual(["0", "1", "2", "3", "4"]);
    expect(scale.name).toBe("learning rate (10⁻³)");
    expect(labels([0.00216, 0.00305])).toEqual(["2.0", "2.2", "2.4", "2.6", "2.8", "3.0", "3.2"]);
  });

  it("shows shares in percent and holds every value", () => {
    const scale = scaleOf([0.13, 0.987], { label: "accuracy", ...PERCENT }, { max: 1 });
    expect(scale).toMatchObject({ min: 0, max: 1, name: "accuracy (%)" });
    expect(ticksOf(scale).map(scale.format)).toEqual(["0", "20", "40", "60", "80", "100"]);
  });

  it.each<[number[]]>([[[5]], [[0]], [[-2, -2]], [[]], [[0.25]], [[NaN, 1]], [[1e-30, 2e-30]], [[3e9, 7e9]]])(
    "has different labels for %j",
    (values) => {
      const found = labels(values);
      expect(found.length).toBeGreaterThan(1);
      expect(new Set(found).size).toBe(found.length);
    },
  );

  it("holds all values between limits that ticks fall on, for any of them", () => {
    for (let n = 1; n < 400; n++) {
      const low = Math.sin(n) * 10 ** ((n % 13) - 6);
      const values = [low, low + Math.abs(Math.cos(3 * n)) * 10 ** ((n % 7) - 4)];
      const scale = scaleOf(values, { label: "x" });
      const found = ticksOf(scale).map(scale.format);
      expect(new Set(found).size).toBe(found.length);
      expect(scale.min).toBeLessThanOrEqual(values[0]! + 1e-9 * Math.abs(values[0]!));
      expect(scale.max).toBeGreaterThanOrEqual(values[1]! - 1e-9 * Math.abs(values[1]!));
    }
  });

  it("counts epochs in whole numbers", () => {
    expect(labels([0, 2], { whole: true })).toEqual(["0", "1", "2"]);
  });
});
