/** Lengths travel with batches of spike trains. */
import { Random } from "@myelin/core";
import { describe, expect, it } from "vitest";
import { sequenceBatches } from "../batches/index.ts";
import { timeCutMix } from "./cut-mix.ts";
import { spikeDataset } from "./dataset.ts";
import { spikeSequences, type SpikeSequenceOptions } from "./sequences.ts";

/** Samples that last 1 to 4 frames of 10 ms, with a spike at the end of each. */
const dataset = spikeDataset({
  name: "lengths",
  classNames: ["a", "b"],
  units: 4,
  labels: Uint32Array.of(0, 1, 0, 1),
  times: Float32Array.of(0, 0, 0.015, 0, 0.025, 0, 0.035),
  unitIds: Uint16Array.of(0, 1, 2, 3, 0, 1, 2),
  offsets: Uint32Array.of(0, 1, 3, 5, 7),
});

const lengthsOf = (options: SpikeSequenceOptions, batchSize: number): (number[] | undefined)[] =>
  [...sequenceBatches(spikeSequences(dataset, { pool: 1, ...options }), { batchSize })].map(
    ({ lengths }) => lengths && Array.from(lengths),
  );

describe("a batch", () => {
  it("has the number of frames of each of its samples", () => {
    expect(lengthsOf({}, 4)).toEqual([[1, 2, 3, 4]]);
    expect(lengthsOf({ padding: "masked" }, 3)).toEqual([[1, 2, 3], [4]]);
  });

  it("has none where padding counts, as in the paper's code", () => {
    expect(lengthsOf({ padding: "paper" }, 4)).toEqual([undefined]);
  });

  it("has no other padding", () => {
    expect(() => spikeSequences(dataset, { pool: 1, padding: "zero" as "paper" })).toThrow(
      'spikeSequences.padding: expected one of "masked", "paper", got "zero".',
    );
  });
});

describe("what is mixed", () => {
  it("is as long as its content", () => {
    for (let seed = 0; seed < 50; seed++) {
      const block = {
        data: Float32Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? Number(i < 6) : 2)),
        steps: 8,
        lengths: Uint32Array.of(3, 8),
      };
      timeCutMix(block, Float32Array.of(1, 0, 0, 1), 2, new Random(seed), { probability: 1 });
      const own = block.data.filter((_, i) => i % 2 === 0);
      const last = own.reduce((end, value, t) => (value === 0 ? end : t + 1), 0);
      expect(block.lengths[0]).toBe(Math.max(1, last));
      expect(block.lengths[1]).toBe(8);
    }
  });
});
