import { Random } from "@myelin/core";
import { describe, expect, test } from "vitest";
import { spikeDataset } from "./dataset.ts";
import { sequenceBatches } from "../batches/index.ts";
import { spikeSequences } from "./sequences.ts";
import type { SequenceBlock } from "../sequences/index.ts";
import { timeCutMix } from "./cut-mix.ts";
import type { WarpOptions } from "./warp.ts";

/** Sample `n` has a spike in unit `n` at 0 s and one at `n + 1` frames of 10 ms. */
const dataset = spikeDataset({
  name: "steps",
  units: 10,
  classNames: ["a", "b"],
  labels: Uint8Array.of(0, 1, 0),
  sources: Uint16Array.of(3, 4, 5),
  times: Float32Array.of(0, 0.005, 0, 0.015, 0, 0.025),
  unitIds: Uint16Array.of(0, 0, 1, 1, 2, 9),
  offsets: Uint32Array.of(0, 2, 4, 6),
});

describe("sequences of counts", () => {
  const sequences = spikeSequences(dataset, { pool: 5 });

  test("know what the spikes know", () => {
    expect(sequences).toMatchObject({ name: "steps", count: 3, classes: 2, stepShape: [2] });
    expect(sequences.sources).toEqual(Uint32Array.of(3, 4, 5));
  });

  test("come time first, padded with zeros to the longest", () => {
    const { data, steps } = sequences.collate([2, 0]);
    expect(steps).toBe(3);
    expect([...data]).toEqual([1, 0, 2, 0, /**/ 0, 0, 0, 0, /**/ 0, 1, 0, 0]);
    expect(sequences.collate([0]).steps).toBe(1);
  });

  test("parts share the spikes and count anew", () => {
    const part = sequences.select([2, 1]).select([1]);
    expect(part).toMatchObject({ count: 1, labels: Uint32Array.of(1), sources: Uint32Array.of(4) });
    expect(part.collate([0])).toEqual(sequences.collate([1]));
  });

  test("refuse indices that are not there", () => {
    expect(() => sequences.collate([])).toThrow(/^spikeSequences: expected at least one index, got 0/);
    expect(() => sequences.collate([3])).toThrow(/indices from 0 to 2, got 3. steps has 3 samples/);
    expect(() => sequences.select([-1])).toThrow(/got -1/);
  });
});

describe("warping", () => {
  /** Three spikes, in units 4 and 5, the last at 100 frames of 10 ms. */
  const trains = spikeDataset({
    name: "trains",
    units: 10,
    classNames: ["a"],
    labels: Uint8Array.of(0),
    times: Float32Array.of(0, 0.505, 0.9999),
    unitIds: Uint16Array.of(4, 5, 4),
    offsets: Uint32Array.of(0, 3),
  });
  const spikesOf = ({ data }: SequenceBlock) =>
    [...data.keys()].filter((at) => data[at]! > 0).map((at) => [Math.floor(at / 10), at % 10] as const);
  const draws = (warp: WarpOptions, samples = 200) => {
    const sequences = spikeSequences(trains, { pool: 1, warp });
    return Array.from({ length: samples }, (_, n) => sequences.collate([0], () => new Random(n)));
  };

  test("moves all spikes of a sample over the units alike, either way, and loses those that leave", () => {
    const shifts = draws({ units: 5 }).map((block) => {
      const spikes = spikesOf(block);
      const shift = spikes[0]![1] - 4;
      const kept = [4, 5, 4].map((unit) => unit + shift).filter((unit) => unit >= 0 && unit < 10);
      if (spikes.length === 3) expect(spikes).toEqual([[0, 4 + shift], [50, 5 + shift], [99, 4 + shift]]); // prettier-ignore
      return spikes.length === kept.length ? shift : NaN;
    });
    expect(new Set(shifts.filter(Number.isFinite))).toEqual(new Set([-4, -3, -2, -1, 0, 1, 2, 3, 4, 5]));
  });

  test("makes samples longer and shorter, within the share asked for", () => {
    const lengths = draws({ time: 0.2 }).map((block) => {
      const [, middle, last] = spikesOf(block);
      expect(middle![0] / last![0]).toBeCloseTo(0.505, 1);
      expect(last![0]).toBe(block.steps - 1);
      return block.steps;
    });
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(80);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(120);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeGreaterThan(30);
  });

  test("leaves samples alone that are not augmented, and refuses what makes no sense", () => {
    const warped = spikeSequences(trains, { warp: { units: 5, time: 0.5 } });
    expect(warped.collate([0])).toEqual(spikeSequences(trains).collate([0]));
    expect(() => spikeSequences(trains, { warp: { units: 0.5 } })).toThrow(
      /^warp.units: expected an integer/,
    );
    expect(() => spikeSequences(trains, { warp: { time: 1 } })).toThrow(
      /^warp.time: expected a finite number/,
    );
  });
});

describe("masks", () => {
  const busy = spikeDataset({
    ...dataset,
    labels: Uint8Array.of(0),
    sources: Uint16Array.of(0),
    times: Float32Array.from({ length: 1000 }, (_, i) => (Math.floor(i / 10) + 0.5) / 100),
    unitIds: Uint16Array.from({ length: 1000 }, (_, i) => i % 10),
    offsets: Uint32Array.of(0, 1000),
  });
  const masks = { timeMaskSize: 30, inputMaskSize: 4 };
  const sequences = spikeSequences(busy, { pool: 1, origin: "recording", masks });

  test("apply only where random numbers are given, and depend on them alone", () => {
    const plain = sequences.collate([0]);
    expect(plain.data.reduce((sum, value) => sum + value, 0)).toBe(1000);
    const masked = sequences.collate([0], () => new Random(5));
    expect(masked).toEqual(sequences.collate([0], () => new Random(5)));
    expect(masked).not.toEqual(plain);
  });

  test("silence one stretch of time and one band of inputs, each shorter than its size", () => {
    let masked = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { data, steps } = sequences.collate([0], () => new Random(seed));
      const rows = Array.from({ length: steps }, (_, t) => data.subarray(10 * t, 10 * t + 10));
      const silentRows = rows.filter((row) => row.every((value) => value === 0)).length;
      const silentInputs = Array.from({ length: 10 }, (_, i) => rows.every((row) => row[i] === 0));
      expect(silentRows).toBeLessThan(30);
      expect(silentInputs.filter(Boolean).length).toBeLessThan(4);
      if (silentRows > 0) masked++;
    }
    // 0.65 of them are masked, of which one in 30 has size 0.
    expect(masked / 200).toBeGreaterThan(0.5);
    expect(masked / 200).toBeLessThan(0.75);
  });

  test("need sizes", () => {
    expect(() => spikeSequences(busy, { masks: { timeMaskSize: 0 } })).toThrow(
      /^spikeSequences.masks.timeMaskSize: expected an integer >= 1, got 0/,
    );
  });
});

describe("time CutMix", () => {
  test("takes a stretch of the next sample and the same share of its target", () => {
    const steps = 50;
    const samples = 3;
    const data = Float32Array.from({ length: steps * samples * 2 }, (_, i) => Math.floor(i / 2) % samples);
    const targets = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    timeCutMix({ data, steps }, targets, 3, new Random(3), { probability: 1 });
    for (let sample = 0; sample < samples; sample++) {
      const own = targets.subarray(3 * sample, 3 * sample + 3);
      expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
      const values = Array.from({ length: steps }, (_, t) => data[(t * samples + sample) * 2]!);
      const taken = values.filter((value) => value !== sample).length;
      expect(taken).toBe(sample === 2 ? 0 : Math.floor(own[sample + 1]! * steps));
    }
  });

  test("mixes the batches of a data set that is told to, and gives their targets", () => {
    const mixed = spikeSequences(dataset, { pool: 5, cutMix: { probability: 1 } });
    expect(mixed.collate([0, 1]).targets).toBeUndefined();
    const [batch] = sequenceBatches(mixed, { batchSize: 3, augment: true, seed: 2 });
    const targets = batch!.targets!;
    const [ofSecond, ofThird] = [targets[1]!, targets[2]!]; // what the first two took from their next ones
    for (const share of [ofSecond, ofThird]) expect(share > 0 && share < 1).toBe(true);
    expect(targets).toEqual(Float32Array.of(1 - ofSecond, ofSecond, ofThird, 1 - ofThird, 1, 0));
    expect([...batch!.labels]).toEqual([0, 1, 0]);
    const again = [...sequenceBatches(mixed, { batchSize: 3, augment: true, seed: 2 })];
    expect(again[0]).toEqual(batch);
  });

  test("leaves everything alone at probability 0, and wants targets that fit", () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const targets = Float32Array.of(1, 0, 0, 1);
    timeCutMix({ data, steps: 2 }, targets, 2, new Random(1), { probability: 0 });
    expect([...data, ...targets]).toEqual([1, 2, 3, 4, 1, 0, 0, 1]);
    expect(() => timeCutMix({ data, steps: 2 }, targets, 3, new Random(1))).toThrow(/targets \[B, 3\]/);
  });
});
