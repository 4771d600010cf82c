import { describe, expect, it } from "vitest";
import { choosePeriod } from "./period.ts";

function sizeOf(steps: number, taps: number, batch = 128) {
  const layer = { inputs: 256, outputs: 256, kernelCount: 1, sharedPositions: false };
  return { ...layer, steps, taps, batch, outSteps: steps + (taps - 1) / 2 };
}

describe("the period of a layer with delays", () => {
  it.each(
    [1, 7, 24, 25, 100, 124, 700, 5000].flatMap((steps) => [1, 3, 25, 101].map((taps) => [steps, taps])),
  )("of %i steps and %i taps reaches the end without running into itself", (steps, taps) => {
    const size = sizeOf(steps, taps);
    const { length, segments, stride } = choosePeriod(size);
    expect(length % 4).toBe(0);
    expect(segments * stride).toBeGreaterThanOrEqual(size.outSteps);
    const reach = segments === 1 ? steps + taps - 1 : stride + taps - 1;
    expect(length).toBeGreaterThanOrEqual(Math.max(reach, Math.min(stride, size.outSteps)));
  });

  it("takes a short sequence whole and cuts a long one", () => {
    expect(choosePeriod(sizeOf(112, 25))).toEqual({ length: 136, segments: 1, stride: 124 });
    const { length, segments } = choosePeriod(sizeOf(5000, 25));
    expect(segments).toBeGreaterThan(20);
    expect(length).toBeLessThan(300);
  });

  it("does not depend on the batch alone being long", () => {
    expect(choosePeriod(sizeOf(112, 25, 1000))).toEqual(choosePeriod(sizeOf(112, 25)));
  });
});
