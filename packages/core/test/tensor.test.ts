import { describe, expect, it } from "vitest";
import { tensor } from "../src/index.ts";
import type { NestedNumbers } from "../src/entries/ops.ts";
import { withEngine } from "./support/engines.ts";

describe("tensor of nested arrays", () => {
  withEngine("reference");

  it("takes its shape from them", async () => {
    const x = tensor([
      [[1], [2]],
      [[3], [4]],
    ]);
    expect(x.shape).toEqual([2, 2, 1]);
    expect(await x.data()).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  const ragged: [NestedNumbers, string][] = [
    [[[0, 1], [1, 2, 3], [4]], "[2] and [3]"],
    [[[0, 1], 2], "[2] and []"],
    [[0, [1, 2]], "[] and [2]"],
    [[[[1, 2]], [[3], [4]]], "[1, 2] and [2, 1]"],
  ];

  it.each(ragged)("refuses rows of different lengths, whatever their sum: %j", (values, shapes) => {
    expect(() => tensor(values)).toThrow(
      `tensor.values: expected nested arrays of equal lengths, got ${shapes}. Fill the shorter ones up.`,
    );
  });
});
