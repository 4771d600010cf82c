import { describe, expect, it } from "vitest";
import {
  backward,
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  sumSoftmaxCrossEntropy,
  tensor,
  tet,
  type Tensor,
} from "../src/index.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { type GoldenCase, goldenCases, relativeError } from "./support/golden.ts";

const LOSSES: Record<string, (x: Tensor, labels: Tensor, options: GoldenCase["options"]) => Tensor> = {
  rateCrossEntropy: (x, labels) => rateCrossEntropy(x, labels),
  rateMse: (x, labels) => rateMse(x, labels),
  tet: (x, labels, { lambda_, phi }) => tet(x, labels, { lambda: lambda_ as number, phi: phi as number }),
  sumSoftmaxCrossEntropy: (x, labels) => sumSoftmaxCrossEntropy(x, labels),
  maxMembraneCrossEntropy: (x, labels) => maxMembraneCrossEntropy(x, labels),
};

const TOLERANCE = { reference: 2e-6, wasm: 2e-4 };

describe.each(BACKENDS)("golden losses on %s", (backend) => {
  const engine = withEngine(backend);

  it.each(goldenCases("losses.json"))("$name", async ({ name, options, tensors }) => {
    const [loss, gradient] = await engine().step(async () => {
      const x = tensor(tensors["x"]!.data, tensors["x"]!.shape);
      x.requiresGrad = true;
      const value = LOSSES[name]!(x, tensor(tensors["labels"]!.data), options);
      backward(value);
      return [await value.data(), await x.grad!.data()];
    });
    expect(relativeError(loss, tensors["loss"]!.data)).toBeLessThan(TOLERANCE[backend]);
    expect(relativeError(gradient, tensors["dx"]!.data)).toBeLessThan(TOLERANCE[backend]);
  });
});

describe("losses", () => {
  const engine = withEngine("reference");
  const logits = [2, -1, 0.5, 0, 1, 3];

  it.each(Object.entries(LOSSES))("%s takes class probabilities in place of labels", async (_, loss) => {
    const options = { lambda_: 0.05, phi: 1 };
    const against = (values: number[], shape: number[]): Promise<number> =>
      engine().step(() => loss(tensor(logits, [1, 2, 3]), tensor(values, shape), options).item());
    expect(await against([1, 0, 0, 0, 1, 0], [2, 3])).toBe(await against([0, 1], [2]));
    const mixed = await against([0.25, 0.75, 0, 0, 1, 0], [2, 3]);
    const parts = [await against([0, 1], [2]), await against([1, 1], [2])] as const;
    // A cross-entropy is linear in its target.
    if (loss !== LOSSES["rateMse"]) expect(mixed).toBeCloseTo(0.25 * parts[0] + 0.75 * parts[1], 6);
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
