import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Binning, type BinningOptions } from "./binning.ts";
import { spikeDataset } from "./dataset.ts";
import type { SpikeDataset } from "./spike-dataset.ts";

/** A data set of one sample with spikes `[seconds, unit]`. */
function oneSample(spikes: readonly (readonly [number, number])[], units = 20): SpikeDataset {
  return spikeDataset({
    name: "one",
    classNames: ["a"],
    units,
    labels: Uint8Array.of(0),
    times: Float32Array.from(spikes, ([time]) => time),
    unitIds: Uint16Array.from(spikes, ([, unit]) => unit),
    offsets: Uint32Array.of(0, spikes.length),
  });
}

/** Frames of the only sample. */
function frames(dataset: SpikeDataset, options?: BinningOptions): number[][] {
  const binning = new Binning(dataset, options);
  const steps = binning.steps(0);
  const target = new Float32Array(steps * binning.inputs);
  binning.add(0, steps, target, 0, binning.inputs);
  return Array.from({ length: steps }, (_, t) => [
    ...target.subarray(t * binning.inputs, (t + 1) * binning.inputs),
  ]);
}

describe("frames of 10 ms since the first spike", () => {
  test("hold counts of five neighbouring units", () => {
    const dataset = oneSample([
      [0.5, 0],
      [0.5, 4],
      [0.505, 4],
      [0.515625, 19],
      [0.53125, 5],
    ]);
    expect(frames(dataset)).toEqual([
      [3, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
      [0, 1, 0, 0],
    ]);
  });

  test("a last spike on the edge of a frame belongs to the frame before it", () => {
    // 0.25 s are exactly 25 frames: the spike at their end makes no frame 26.
    const result = frames(
      oneSample([
        [0, 0],
        [0.25, 5],
      ]),
    );
    expect(result).toHaveLength(25);
    expect(result[24]).toEqual([0, 1, 0, 0]);
  });

  test("one spike, or none, is one frame", () => {
    expect(frames(oneSample([[0.3, 7]]))).toEqual([[0, 1, 0, 0]]);
    expect(frames(oneSample([]))).toEqual([[0, 0, 0, 0]]);
  });
});

test("time may begin with the recording, frames may be longer, units need not be pooled", () => {
  const dataset = oneSample([[0.0625, 1]], 3);
  expect(frames(dataset, { origin: "recording", frameMs: 50, pool: 1 })).toEqual([
    [0, 0, 0],
    [0, 1, 0],
  ]);
});

test("units that fill no whole group make a smaller one", () => {
  expect(frames(oneSample([[0, 6]], 7), { pool: 3 })).toEqual([[0, 0, 1]]);
});

test("spikes after the longest duration are left out", () => {
  const dataset = oneSample([
    [0, 0],
    [0.0156, 0],
    [0.03, 0],
    [0.5, 0],
  ]);
  expect(frames(dataset, { maxDurationMs: 20 })).toEqual([
    [1, 0, 0, 0],
    [1, 0, 0, 0],
  ]);
});

test("no spike is lost or moved, compared with a plain loop", () => {
  const spike = fc.tuple(fc.integer({ min: 0, max: 1400 }), fc.integer({ min: 0, max: 19 }));
  fc.assert(
    fc.property(fc.array(spike, { minLength: 1, maxLength: 60 }), (drawn) => {
      const spikes = drawn
        .map(([ms, unit]) => [Math.fround(ms / 1024), unit] as const)
        .sort(([a], [b]) => a - b);
      const result = frames(oneSample(spikes));
      const first = spikes[0]![0];
      const steps = Math.max(1, Math.ceil((spikes.at(-1)[0] - first) * 100));
      const expected = Array.from({ length: steps }, () => [0, 0, 0, 0]);
      for (const [time, unit] of spikes) {
        expected[Math.min(steps - 1, Math.floor((time - first) * 100))]![Math.floor(unit / 5)]!++;
      }
      expect(result).toEqual(expected);
    }),
  );
});

test("options that make no sense and samples far too long are errors", () => {
  const dataset = oneSample([
    [0, 0],
    [1000, 0],
  ]);
  expect(() => new Binning(dataset, { frameMs: 0 })).toThrow(/^binSpikes.frameMs: expected .* got 0\./);
  expect(() => new Binning(dataset, { maxDurationMs: NaN })).toThrow(/maxDurationMs.* got NaN/);
  expect(() => new Binning(dataset, { pool: 21 })).toThrow(
    /pool: expected an integer >= 1 and <= 20, got 21/,
  );
  expect(() => new Binning(dataset).steps(0)).toThrow(/sample 0: expected at most 60000 frames, got 100000/);
});
