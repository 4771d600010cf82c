import { describe, expect, it } from "vitest";
import { maxMembraneCrossEntropy, rateCrossEntropy, tensor, tet } from "../src/index.ts";
import { LOSS_NAMES, lossNamed } from "./golden/losses.ts";
import { withEngine } from "./support/engines.ts";

describe("losses", () => {
  const engine = withEngine("reference");
  const logits = [2, -1, 0.5, 0, 1, 3];

  it.each(LOSS_NAMES)("%s takes class probabilities in place of labels", async (name) => {
    const options = { lambda_: 0.05, phi: 1 };
    const against = (values: number[], shape: number[]): Promise<number> =>
      engine().step(() => lossNamed(name)(tensor(logits, [1, 2, 3]), tensor(values, shape), options).item());
    expect(await against([1, 0, 0, 0, 1, 0], [2, 3])).toBe(await against([0, 1], [2]));
    const mixed = await against([0.25, 0.75, 0, 0, 1, 0], [2, 3]);
    const parts = [await against([0, 1], [2]), await against([1, 1], [2])] as const;
    // A cross-entropy is linear in its target.
    if (name !== "rateMse") expect(mixed).toBeCloseTo(0.25 * parts[0] + 0.75 * parts[1], 6);
    else expect(mixed).toBeCloseTo((1.75 ** 2 + 1.75 ** 2 + 0.5 ** 2 + 0 + 0 + 3 ** 2) / 6, 6);
  });

  it("smooth labels as PyTorch does", async () => {
    const smoothing = 0.3;
    const loss = await engine().step(() =>
      rateCrossEntropy(tensor(logits, [1, 2, 3]), tensor([0, 1]), { labelSmoothing: smoothing }).item(),
    );
    const logSoftmax = (row: number[]): number[] => {
      const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
      return row.map((value) => value - total);
    };
    const rows = [logits.slice(0, 3), logits.slice(3)].map(logSoftmax);
    const expected = rows.map((row, i) => {
      const even = row.reduce((sum, value) => sum + value, 0) / 3;
      return -(1 - smoothing) * row[i]! - smoothing * even;
    });
    expect(loss).toBeCloseTo((expected[0]! + expected[1]!) / 2, 6);
  });

  it("tet without regularisation is the mean cross-entropy over time", async () => {
    const [whole, parts] = await engine().step(async () => {
      const labels = tensor([1]);
      const whole = await tet(tensor(logits, [2, 1, 3]), labels, { lambda: 0 }).item();
      const first = await rateCrossEntropy(tensor(logits.slice(0, 3), [1, 1, 3]), labels).item();
      const second = await rateCrossEntropy(tensor(logits.slice(3), [1, 1, 3]), labels).item();
      return [whole, (first + second) / 2];
    });
    expect(whole).toBeCloseTo(parts, 6);
  });

  it("refuse options out of range", async () => {
    await engine().step(() => {
      const x = tensor(logits, [1, 2, 3]);
      const labels = tensor([0, 1]);
      expect(() => rateCrossEntropy(x, labels, { labelSmoothing: 1 })).toThrow(
        "rateCrossEntropy.labelSmoothing: expected a finite number >= 0 and < 1, got 1.",
      );
      expect(() => tet(x, labels, { lambda: -1 })).toThrow(
        "tet.lambda: expected a finite number >= 0 and <= 1",
      );
    });
  });

  it("name the loss when the batch sizes differ", async () => {
    await engine().step(() => {
      const x = tensor(logits, [1, 2, 3]);
      expect(() => maxMembraneCrossEntropy(x, tensor([0, 1, 2]))).toThrow(
        /^maxMembraneCrossEntropy: expected/,
      );
    });
  });
});
