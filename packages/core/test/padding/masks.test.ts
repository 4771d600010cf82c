/** What is masked where a step has lengths, operation by operation. */
import { describe, expect, it } from "vitest";
import {
  backward,
  BatchNorm,
  DelayLinear,
  LIF,
  maxMembraneCrossEntropy,
  meanOverTime,
  meanSquaredError,
  Random,
  rateCrossEntropy,
  rateMse,
  Sequential,
  setLengths,
  sumOverTime,
  sumSoftmaxCrossEntropy,
  tensor,
  type Tensor,
  tet,
} from "../../src/index.ts";
import {
  countSpikes,
  lastStep,
  maskPadding,
  maxOverTime,
  multiply,
  onlyStep,
  sum,
  withoutPadding,
} from "../../src/entries/ops.ts";
import { BACKENDS, withEngine } from "../support/engines.ts";

const LENGTHS = [3, 1, 2];
/** [3, 3, 2]; what is padding is 9 or NaN. */
const padded = (padding: number): Tensor => {
  const p = padding;
  return tensor([1, -2, -3, 4, 5, 6, 2, 0.5, p, p, -1, 2, -4, 3, p, p, p, p], [3, 3, 2]);
};

describe.each(BACKENDS)("with lengths on %s", (backend) => {
  const engine = withEngine(backend);

  describe.each([9, NaN, Infinity])("padding of %s", (padding) => {
    const within = (work: (x: Tensor) => Promise<void>): Promise<void> =>
      engine().step(async () => {
        const x = padded(padding);
        x.requiresGrad = true;
        setLengths(x, LENGTHS);
        await work(x);
      });
    const values = async (y: Tensor): Promise<number[]> => [...(await y.data())];

    it("is left out of sums, means, maxima, the last step and counts", () =>
      within(async (x) => {
        expect(await values(sumOverTime(x))).toEqual([-1, 1.5, -3, 4, 4, 8]);
        expect(await values(meanOverTime(x))).toEqual([Math.fround(-1 / 3), 0.5, -3, 4, 2, 4]);
        expect(await values(maxOverTime(x))).toEqual([2, 3, -3, 4, 5, 6]);
        expect(await values(lastStep(x))).toEqual([-4, 3, -3, 4, -1, 2]);
        expect(await sum(x).item()).toBe(13.5);
        expect(await countSpikes(x)).toEqual({ count: 12, size: 12 });
        expect(await values(maskPadding(x))).toEqual([
          1, -2, -3, 4, 5, 6, 2, 0.5, 0, 0, -1, 2, -4, 3, 0, 0, 0, 0,
        ]);
      }));

    it("gets no gradient", () =>
      within(async (x) => {
        const weights = tensor([1, 2, 3, 4, 5, 6], [3, 2]);
        backward(sum(multiply(meanOverTime(x), weights)));
        const third = [1 / 3, 2 / 3].map(Math.fround);
        const expected = [...third, 3, 4, 2.5, 3, ...third, 0, 0, 2.5, 3, ...third, 0, 0, 0, 0];
        const got = await values(x.grad!);
        expected.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 6));
      }));

    it("is not in batch statistics, nor in their gradients", () =>
      within(async (x) => {
        const norm = new BatchNorm(2);
        const y = norm.forward(x);
        const weights = tensor(
          Float32Array.from({ length: 18 }, (_, i) => Math.sin(i)),
          [3, 3, 2],
        );
        backward(sum(multiply(y, weights)));
        const got = [await values(y), await values(x.grad!), await values(norm.weight.grad!)];
        const running = [await values(norm.runningMean), await values(norm.runningVar)];

        const rows = [0, 1, 2, 3, 5, 6];
        const pick = (from: readonly number[]): number[] => rows.flatMap((r) => from.slice(2 * r, 2 * r + 2));
        const alone = new BatchNorm(2);
        setLengths(x, undefined);
        const kept = tensor(pick(await values(x)), [6, 1, 2]);
        kept.requiresGrad = true;
        const z = alone.forward(kept);
        backward(sum(multiply(z, tensor(pick(await values(weights)), [6, 1, 2]))));
        const expected = [await values(z), await values(kept.grad!), await values(alone.weight.grad!)];
        expect([pick(got[0]!), pick(got[1]!), got[2]]).toEqual(expected);
        expect(running).toEqual([await values(alone.runningMean), await values(alone.runningVar)]);
        expect([got[0]![8], got[1]![8], got[0]![17], got[1]![17]]).toEqual([0, 0, 0, 0]);
      }));

    it("does no harm to a network", () =>
      within(async (x) => {
        const network = new Sequential(
          new DelayLinear(2, 3, { maxDelay: 5 }),
          new BatchNorm(3),
          new LIF(),
          new DelayLinear(3, 2, { maxDelay: 3 }),
          new LIF(),
        );
        const loss = tet(network.forward(x), tensor([0, 1, 1]), { lambda: 0.2 });
        backward(loss);
        const gradients = await Promise.all(network.parameters().map(({ grad }) => grad!.data()));
        expect(Number.isFinite(await loss.item())).toBe(true);
        expect(gradients.every((part) => part.every(Number.isFinite))).toBe(true);
      }));

    it.each([
      ["rateCrossEntropy", rateCrossEntropy],
      ["rateMse", rateMse],
      ["tet", tet],
      ["sumSoftmaxCrossEntropy", sumSoftmaxCrossEntropy],
      ["maxMembraneCrossEntropy", maxMembraneCrossEntropy],
    ])("%s takes lengths of its own", (_, loss) =>
      within(async (x) => {
        const labels = tensor([0, 1, 1]);
        const expected = await loss(x, labels).item();
        setLengths(x, undefined);
        const own = loss(x, labels, { lengths: LENGTHS });
        expect(await own.item()).toBe(expected);
        expect(Number.isFinite(expected)).toBe(true);
        backward(own);
        expect((await values(x.grad!)).slice(8, 10)).toEqual([0, 0]);
      }),
    );
  });

  it("images are masked as plain sequences are", async () => {
    await engine().step(async () => {
      const random = new Random(1);
      const values = Float32Array.from({ length: 3 * 2 * 2 * 6 }, () => random.normal());
      const image = tensor(values, [3, 2, 2, 2, 3]);
      setLengths(image, [3, 2]);
      const norm = new BatchNorm(2);
      const y = await norm.forward(image).data();
      expect(y.subarray(60)).toEqual(new Float32Array(12));
      const kept = values.subarray(0, 60);
      const mean = [0, 1].map(
        (c) => kept.reduce((s, v, i) => s + (Math.floor(i / 6) % 2 === c ? v : 0), 0) / 30,
      );
      const running = await norm.runningMean.data();
      mean.forEach((m, c) => expect(running[c]).toBeCloseTo(0.1 * m, 6));
      expect((await meanOverTime(image).data()).at(-1)).toBeCloseTo((values[23]! + values[47]!) / 2, 6);
    });
  });

  it("a mean squared error of sequences is a mean over samples of means over their steps", async () => {
    await engine().step(async () => {
      const x = padded(NaN);
      const target = tensor(new Float32Array(18), [3, 3, 2]);
      const value = await meanSquaredError(x, target, { lengths: LENGTHS }).item();
      const each = [(1 + 4 + 4 + 0.25 + 16 + 9) / 6, (9 + 16) / 2, (25 + 36 + 1 + 4) / 4];
      expect(value).toBeCloseTo((each[0]! + each[1]! + each[2]!) / 3, 5);
    });
  });

  it("refuses what does not fit", async () => {
    const x = tensor(new Float32Array(12), [3, 2, 2]);
    expect(() => setLengths(x, [3, 2])).toThrow("setLengths: expected to run inside `engine.step`");
    await engine().step(() => {
      expect(() => setLengths(x, [3])).toThrow(
        /^setLengths.lengths: expected one for each sample .* got 1 for \[3, 2, 2\]/,
      );
      for (const bad of [0, 4, 1.5, NaN]) {
        expect(() => setLengths(x, [3, bad])).toThrow(
          `setLengths.lengths: expected whole numbers of steps from 1 to 3, got ${bad}. Sample 1.`,
        );
      }
      setLengths(x, [3, 2]);
      const other = tensor(new Float32Array(16), [4, 2, 2]);
      expect(() => meanOverTime(other)).toThrow(
        "meanOverTime: expected a sequence [3, 2, ...], as the lengths of this step say, got [4, 2, 2].",
      );
      expect(() => rateCrossEntropy(other, tensor([0, 1]))).toThrow("rateCrossEntropy: expected a sequence");
      expect(() => new BatchNorm(2).forward(other)).toThrow("BatchNorm: expected a sequence");
      expect(onlyStep(tensor([1, 2, 3, 4], [1, 2, 2])).shape).toEqual([2, 2]);
    });
    await engine().step(() => {
      expect(meanOverTime(tensor(new Float32Array(16), [4, 2, 2])).shape).toEqual([2, 2]);
    });
  });

  it("refuses what is no tensor", () => {
    const none = [1, 2] as unknown as Tensor;
    for (const work of [maskPadding, onlyStep, withoutPadding]) {
      expect(() => work(none)).toThrow(/: expected a tensor, got/);
    }
    expect(() => setLengths(none, [1])).toThrow("setLengths.x: expected a tensor");
  });

  it("equal lengths are the path without lengths", async () => {
    await engine().step(() => {
      setLengths(padded(0), [3, 3, 3]);
      expect(engine().padding).toBeUndefined();
    });
  });
});
