import type { Random } from "@myelin/core";
import { describe, expect, it } from "vitest";
import { sequenceBatches, type SequenceBatchOptions } from "../batches/index.ts";
import { splitBySource, splitSequences } from "./split.ts";
import type { SequenceDataset } from "./dataset.ts";

/** Sample n lasts n % 3 + 1 steps of two features, all of the value n + 1; augmented, a random value. */
function dataset(numbers: readonly number[], sources?: Uint32Array): SequenceDataset {
  return {
    name: "numbers",
    count: numbers.length,
    classes: 2,
    classNames: ["even", "odd"],
    labels: Uint32Array.from(numbers, (n) => n % 2),
    stepShape: [2],
    ...(sources && { sources }),
    collate(indices, random?: (sample: number) => Random) {
      const chosen = Array.from(indices, (index) => numbers[index]!);
      const steps = Math.max(...chosen.map((n) => (n % 3) + 1));
      const data = new Float32Array(steps * chosen.length * 2);
      chosen.forEach((n, i) => {
        const value = random?.(indices[i]!).uniform() ?? n + 1;
        for (let t = 0; t <= n % 3; t++)
          data.fill(value, (t * chosen.length + i) * 2, (t * chosen.length + i) * 2 + 2);
      });
      return { data, steps };
    },
    select: (indices) => dataset(Array.from(indices, (index) => numbers[index]!)),
  };
}

const tenNumbers = dataset(Array.from({ length: 10 }, (_, n) => n));
const all = (options: SequenceBatchOptions) => [...sequenceBatches(tenNumbers, options)];

describe("sequenceBatches", () => {
  it("gives [T, B, ...] with the length of the longest sample", () => {
    const [first, second, third] = all({ batchSize: 4 });
    expect(first).toMatchObject({ index: 0, count: 4, shape: [3, 4, 2] });
    expect([...first!.inputs.subarray(0, 8)]).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect([...first!.inputs.subarray(8, 16)]).toEqual([0, 0, 2, 2, 3, 3, 0, 0]);
    expect([...second!.labels]).toEqual([0, 1, 0, 1]);
    expect(third).toMatchObject({ index: 2, count: 2, shape: [3, 2, 2] });
  });

  it("has an order of its own in each epoch, with every sample once", () => {
    const order = (epoch: number) =>
      all({ batchSize: 1, shuffle: true, seed: 5, epoch }).map(({ inputs }) => inputs[0]!);
    expect(order(0)).not.toEqual(order(1));
    expect(order(1).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("repeats the bits of an epoch that is resumed, augmented samples included", () => {
    const options = { batchSize: 3, shuffle: true, augment: true, seed: 2, epoch: 4 };
    expect(all({ ...options, startBatch: 2 })).toEqual(all(options).slice(2));
    const values = (augmented: SequenceBatchOptions) => all(augmented).flatMap(({ inputs }) => [...inputs]);
    expect(values({ ...options, epoch: 5 })).not.toEqual(values(options));
  });

  it("refuses a batch larger than the data", () => {
    expect(() => all({ batchSize: 11 })).toThrow(
      "expected batchSize from 1 to the 10 samples there are, got 11",
    );
  });
});

describe("splits of sequences", () => {
  it("take a share of each class", () => {
    const { train, validation } = splitSequences(tenNumbers, { validation: 0.4, seed: 1 });
    expect([train.count, validation.count]).toEqual([6, 4]);
    expect([...validation.labels].filter((label) => label === 0)).toHaveLength(2);
  });

  const speakers = dataset([0, 1, 2, 3, 4, 5], Uint32Array.of(7, 7, 8, 9, 8, 7));

  it("hold out whole sources", () => {
    const { train, validation } = splitBySource(speakers, [8]);
    expect([train.count, validation.count]).toEqual([4, 2]);
    expect([...validation.labels]).toEqual([0, 0]);
  });

  it.each([
    [[3], "expected some but not all of the sources 7, 8, 9 of numbers, got 3."],
    [[], "got none."],
    [[7, 8, 9], "got 7, 8, 9."],
  ])("refuse %j as sources", (held, message) => {
    expect(() => splitBySource(speakers, held)).toThrow(message);
  });

  it.each([8, "8", ["8"], [8.5]])("refuse %j in place of numbers of sources", (held) => {
    expect(() => splitBySource(speakers, held as never)).toThrow(/^splitBySource.held(\[0\])?: expected an/);
  });

  it("need sources", () => {
    expect(() => splitBySource(tenNumbers, [1])).toThrow(
      "expected a data set that knows its sources, got numbers.",
    );
  });
});
