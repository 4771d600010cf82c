/** Weights of classes, and targets that do not add up to 1, against values worked out in NumPy. */
import { describe, expect, it } from "vitest";
import {
  backward,
  crossEntropy,
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  sumSoftmaxCrossEntropy,
  tensor,
  type Tensor,
  tet,
} from "../src/index.ts";
import type { CrossEntropyOptions } from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

const LOGITS = [2, -1, 0.5, 0, 1, 3, -0.5, 0.25, 1.5];
const WEIGHT = [0.2, 1, 3];
const LABELS = { values: [0, 1, 2], shape: [3] };
const SHARES = { values: [0.5, 0.5, 0, 0, 1, 0.5, 0.1, 0.2, 0.3], shape: [3, 3] };

interface Expected {
  readonly name: string;
  readonly labels: typeof LABELS;
  readonly options: CrossEntropyOptions;
  readonly loss: number;
  readonly gradient: readonly number[];
}

const CASES: readonly Expected[] = [
  {
    name: "labels",
    labels: LABELS,
    options: { weight: WEIGHT },
    loss: 0.7795152072,
    gradient: [
      -0.0102097, 0.0018625, 0.0083472, 0.0100024, -0.2109059, 0.2009035, 0.067988, 0.1439306, -0.2119186,
    ],
  },
  {
    name: "labels, smoothed",
    labels: LABELS,
    options: { weight: WEIGHT, labelSmoothing: 0.1 },
    loss: 0.8202546274,
    gradient: [
      0.0154106, -0.0049565, -0.0104541, 0.0088152, -0.1939453, 0.1851301, 0.0627747, 0.1283178, -0.1910925,
    ],
  },
  {
    name: "shares",
    labels: SHARES,
    options: { weight: WEIGHT },
    loss: 1.5845293048,
    gradient: [
      0.1237861, -0.1588442, 0.0350581, 0.0350084, -0.2381707, 0.2031623, 0.0288684, 0.0085611, -0.0374294,
    ],
  },
  {
    name: "shares, smoothed",
    labels: SHARES,
    options: { weight: WEIGHT, labelSmoothing: 0.1 },
    loss: 1.5922436916,
    gradient: [
      0.1458464, -0.1522456, 0.0063992, 0.0312458, -0.2201356, 0.1888898, 0.0282012, 0.0059973, -0.0341985,
    ],
  },
  {
    name: "shares that do not add up to 1, without weights",
    labels: SHARES,
    options: {},
    loss: 1.5524171481,
    gradient: [
      0.095199, -0.1536291, 0.0584301, 0.021005, -0.2762357, 0.2552307, -0.0142967, -0.0263661, 0.0406628,
    ],
  },
];

describe.each(BACKENDS)("weights of classes on %s", (backend) => {
  const engine = withEngine(backend);

  it.each(CASES)("cross-entropy: $name", async ({ labels, options, loss, gradient }) => {
    await engine().step(async () => {
      const x = tensor(LOGITS, [3, 3]);
      x.requiresGrad = true;
      const value = crossEntropy(x, tensor(labels.values, labels.shape), options);
      backward(value);
      expect(await value.item()).toBeCloseTo(loss, 6);
      const got = await x.grad!.data();
      gradient.forEach((expected, i) => expect(got[i]).toBeCloseTo(expected, 6));
    });
  });

  const losses: [string, (x: Tensor, y: Tensor) => Tensor, number][] = [
    ["rateCrossEntropy", (x, y) => rateCrossEntropy(x, y, { weight: WEIGHT }), 0.9185611941],
    ["tet", (x, y) => tet(x, y, { weight: WEIGHT, lambda: 0 }), 1.0596382152],
    ["sumSoftmaxCrossEntropy", (x, y) => sumSoftmaxCrossEntropy(x, y, { weight: WEIGHT }), 1.0034696028],
    ["maxMembraneCrossEntropy", (x, y) => maxMembraneCrossEntropy(x, y, { weight: WEIGHT }), 0.9898333265],
    ["rateMse", (x, y) => rateMse(x, y, { weight: WEIGHT }), 0.4385540675],
  ];
  it.each(losses)("%s over two steps", async (_, loss, expected) => {
    const second = [-0.25, 0.125, 0.75, 0, 0.5, 1.5, 1, -0.5, 0.25];
    const value = await engine().step(() =>
      loss(tensor([...LOGITS, ...second], [2, 3, 3]), tensor(LABELS.values)).item(),
    );
    expect(value).toBeCloseTo(expected, 6);
  });

  it("rateMse weighs samples, also mixed ones", async () => {
    const [labels, mixed] = await engine().step(async () => {
      const x = tensor(LOGITS, [1, 3, 3]);
      const weight = tensor(WEIGHT);
      const shares = tensor(SHARES.values, SHARES.shape);
      const values = [rateMse(x, tensor(LABELS.values), { weight }), rateMse(x, shares, { weight })];
      return Promise.all(values.map((value) => value.item()));
    });
    expect(labels).toBeCloseTo(0.8839285714, 6);
    expect(mixed).toBeCloseTo(2.2770888889, 6);
  });

  it("a weight that is none is refused", async () => {
    await engine().step(() => {
      const [x, y] = [tensor(LOGITS, [1, 3, 3]), tensor(LABELS.values)];
      for (const weight of [0, "", false, 2] as unknown as number[][]) {
        expect(() => rateCrossEntropy(x, y, { weight })).toThrow("rateCrossEntropy.weight: expected");
        expect(() => rateMse(x, y, { weight })).toThrow("rateMse.weight: expected");
      }
    });
  });

  it("equal weights change nothing", async () => {
    await engine().step(async () => {
      const [x, y] = [tensor(LOGITS, [1, 3, 3]), tensor(LABELS.values)];
      for (const labelSmoothing of [0, 0.2]) {
        const plain = await rateCrossEntropy(x, y, { labelSmoothing }).item();
        const weighted = await rateCrossEntropy(x, y, { labelSmoothing, weight: [7, 7, 7] }).item();
        expect(weighted).toBeCloseTo(plain, 6);
      }
    });
  });

  it.each([
    [[1, 2], "expected 3 numbers, one for each class, got 2"],
    [[1, -2, 1], "expected numbers >= 0, got -2 for class 1"],
    [[1, 1, NaN], "expected numbers >= 0, got NaN for class 2"],
    [[0, 0, 0], "expected a weight above 0 for one of the batch's classes, got none"],
  ])("refuses %j", async (weight, message) => {
    await engine().step(() => {
      const [x, y] = [tensor(LOGITS, [1, 3, 3]), tensor(LABELS.values)];
      expect(() => rateCrossEntropy(x, y, { weight })).toThrow(`rateCrossEntropy.weight: ${message}`);
      expect(() => rateMse(x, y, { weight: tensor(weight) })).toThrow(`rateMse.weight: ${message}`);
    });
  });
});
