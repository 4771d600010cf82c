import { describe, expect, it } from "vitest";
import { backward, parameter, type Tensor, tensor } from "../src/index.ts";
import {
  add,
  clamp,
  compare,
  concatenate,
  divide,
  exp,
  flatten,
  fromImages,
  matmul,
  multiply,
  relu,
  reshape,
  scale,
  shift,
  slice,
  sqrt,
  subtract,
  sum,
  tanh,
  toImages,
} from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

/** Values between -2 and 2 that are neither 0 nor equal. */
function values(length: number, seed: number): number[] {
  return Array.from({ length }, (_, i) => Math.sin(1.7 * i + seed) * 1.9 + 0.05);
}

const positive = (length: number, seed: number): number[] =>
  values(length, seed).map((x) => Math.abs(x) + 0.3);

/** An operation with the shapes of its tensors. */
interface Operation {
  readonly run: (...inputs: Tensor[]) => Tensor;
  readonly shapes: readonly (readonly number[])[];
  readonly make?: typeof values;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  add: {
    run: (a, b) => add(a, b),
    shapes: [
      [5, 2, 3],
      [5, 2, 3],
    ],
  },
  "add over time": {
    run: (a, b) => add(a, b),
    shapes: [
      [5, 2, 3],
      [2, 3],
    ],
  },
  "add over batch, turned": { run: (a, b) => add(a, b), shapes: [[3], [5, 2, 3]] },
  "add to one value": { run: (a, b) => add(a, b), shapes: [[2, 3], []] },
  "add over the batch between": {
    run: (a, b) => add(a, b),
    shapes: [
      [4, 3, 2],
      [4, 1, 2],
    ],
  },
  "multiply axes of either": {
    run: (a, b) => multiply(a, b),
    shapes: [
      [4, 1, 2],
      [3, 1],
    ],
  },
  "multiply images by one per channel": {
    run: (a, b) => multiply(toImages(a), b),
    shapes: [
      [2, 2, 3, 2, 2],
      [3, 1, 1],
    ],
  },
  "divide one number by images": {
    run: (a, b) => divide(a, toImages(b)),
    shapes: [[], [2, 3, 2, 2]],
    make: positive,
  },
  "add images over time and space": {
    run: (a, b) => add(toImages(a), toImages(b)),
    shapes: [
      [2, 2, 3, 2, 2],
      [2, 3, 1, 1],
    ],
  },
  "images and back": { run: (x) => reshape(fromImages(toImages(x)), [24]), shapes: [[2, 3, 2, 2]] },
  "rows as images": { run: (x) => toImages(x, [3, 2, 2]), shapes: [[2, 3, 12]] },
  subtract: {
    run: (a, b) => subtract(a, b),
    shapes: [
      [4, 3],
      [4, 3],
    ],
  },
  "subtract over batch": { run: (a, b) => subtract(a, b), shapes: [[4, 3], [3]] },
  multiply: {
    run: (a, b) => multiply(a, b),
    shapes: [
      [4, 3],
      [4, 3],
    ],
  },
  "multiply over batch": {
    run: (a, b) => multiply(a, b),
    shapes: [
      [2, 4, 3],
      [4, 3],
    ],
  },
  divide: {
    run: (a, b) => divide(a, b),
    shapes: [
      [4, 3],
      [4, 3],
    ],
    make: positive,
  },
  "divide by one per feature": { run: (a, b) => divide(a, b), shapes: [[4, 3], [3]], make: positive },
  scale: { run: (x) => scale(x, -1.5), shapes: [[4, 3]] },
  shift: { run: (x) => shift(x, 2.5), shapes: [[4, 3]] },
  exp: { run: (x) => exp(x), shapes: [[4, 9]] },
  tanh: { run: (x) => tanh(x), shapes: [[4, 9]] },
  sqrt: { run: (x) => sqrt(x), shapes: [[4, 9]], make: positive },
  relu: { run: (x) => relu(x), shapes: [[4, 9]] },
  clamp: { run: (x) => clamp(x, { min: -0.7, max: 1.1 }), shapes: [[4, 9]] },
  "clamp from below": { run: (x) => clamp(x, { min: 0.2 }), shapes: [[4, 9]] },
  slice: { run: (x) => slice(x, 1, 1, 3), shapes: [[4, 5, 3]] },
  "slice of the last axis": { run: (x) => slice(x, -1, 0, 2), shapes: [[4, 5, 3]] },
  concatenate: {
    run: (...parts) => concatenate(parts, 1),
    shapes: [
      [2, 3, 2],
      [2, 1, 2],
      [2, 4, 2],
    ],
  },
  "concatenate the first axis": {
    run: (...parts) => concatenate(parts, 0),
    shapes: [
      [2, 3],
      [1, 3],
    ],
  },
  matmul: {
    run: (a, b) => matmul(a, b),
    shapes: [
      [2, 5, 3],
      [3, 4],
    ],
  },
};

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** A loss in which every value of `y` counts differently. */
function weighted(y: Tensor): Tensor {
  return sum(multiply(y, tensor(values(y.size, 9), y.shape)));
}

describe.each(BACKENDS)("on %s", (backend) => {
  const engine = withEngine(backend);

  it.each(Object.entries(OPERATIONS))("the gradient of %s is the slope", async (_, operation) => {
    const { run, shapes, make = values } = operation;
    const inputs = shapes.map((shape, i) => parameter(make(sizeOf(shape), i + 1), shape));
    const lossOf = (): Promise<number> => engine().step(() => weighted(run(...inputs)).item());
    const gradients = await engine().step(async () => {
      backward(weighted(run(...inputs)));
      return Promise.all(inputs.map((input) => input.grad!.data()));
    });
    for (const [i, input] of inputs.entries()) {
      const at = await input.data();
      for (const [e, value] of at.entries()) {
        const h = 2 ** -8;
        const moved = async (by: number): Promise<number> => {
          input.set(at.with(e, value + by));
          return lossOf();
        };
        const slope = ((await moved(h)) - (await moved(-h))) / (2 * h);
        expect(gradients[i]![e]).toBeCloseTo(slope, 2);
      }
      input.set(at);
    }
  });

  it("gives the right values", async () => {
    await engine().step(async () => {
      const x = tensor([
        [1, -2, 3],
        [4, 0.5, -6],
      ]);
      const row = tensor([1, 2, 3]);
      expect([...(await subtract(x, row).data())]).toEqual([0, -4, 0, 3, -1.5, -9]);
      expect([...(await divide(row, x).data())]).toEqual([1, -1, 1, 0.25, 4, -0.5]);
      expect([...(await compare(x, "greaterOrEqual", row).data())]).toEqual([1, 0, 1, 1, 0, 0]);
      expect([...(await clamp(x, { min: -1, max: 2 }).data())]).toEqual([1, -1, 2, 2, 0.5, -1]);
      expect([...(await slice(x, 1, 1, 3).data())]).toEqual([-2, 3, 0.5, -6]);
      const joined = concatenate([x, slice(x, 1, 0, 1)], -1);
      expect(joined.shape).toEqual([2, 4]);
      expect([...(await joined.data())]).toEqual([1, -2, 3, 1, 4, 0.5, -6, 4]);
      expect([
        ...(await matmul(
          x,
          tensor([
            [1, 0],
            [2, 1],
            [0, -1],
          ]),
        ).data()),
      ]).toEqual([-3, -5, 5, 6.5]);
      expect([...(await tanh(tensor([0, -0, 1e-30, 0.1, 20, -20])).data())]).toEqual(
        [0, -0, 1e-30, Math.tanh(0.1), 1, -1].map(Math.fround),
      );
    });
  });

  it("repeats what lacks an axis, in images too", async () => {
    await engine().step(async () => {
      const valuesOf = async (x: Tensor): Promise<number[]> => [...(await x.data())];
      const ones = (...shape: number[]): Tensor => tensor(new Float32Array(sizeOf(shape)).fill(1), shape);
      const perStep = reshape(tensor([10, 20]), [2, 1, 1]);
      const steps = multiply(ones(2, 2, 3), perStep);
      expect(await valuesOf(steps)).toEqual([10, 10, 10, 10, 10, 10, 20, 20, 20, 20, 20, 20]);
      const image = multiply(ones(1, 2, 2, 2), reshape(tensor([3, 4]), [2, 1, 1]));
      expect([image.format, image.shape]).toEqual(["image", [1, 2, 2, 2]]);
      expect(await valuesOf(image)).toEqual([3, 3, 3, 3, 4, 4, 4, 4]);
      expect(await valuesOf(subtract(tensor([5]), image))).toEqual([2, 2, 2, 2, 1, 1, 1, 1]);
      const sequence = add(ones(2, 1, 2, 2, 2), image);
      expect([sequence.format, sequence.shape]).toEqual(["image", [2, 1, 2, 2, 2]]);
      expect(await valuesOf(sequence)).toEqual([4, 4, 4, 4, 5, 5, 5, 5, 4, 4, 4, 4, 5, 5, 5, 5]);
      const rows = tensor(
        Array.from({ length: 12 }, (_, i) => i),
        [1, 12],
      );
      const images = toImages(rows, [3, 2, 2]);
      expect(await valuesOf(images)).toEqual(await valuesOf(rows));
      expect(await valuesOf(flatten(images))).toEqual(await valuesOf(rows));
      expect(fromImages(images).format).toBe("plain");
    });
  });

  it("says what is wrong", async () => {
    await engine().step(() => {
      const x = tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      expect(() => subtract(x, tensor([1, 2]))).toThrow(
        "subtract: expected a tensor of shape [2, 3], got [2]. Both operands need the same shape, or one the last axes",
      );
      expect(() => divide(x, 2 as unknown as Tensor)).toThrow("For a number use `scale` or `shift`");
      expect(() => compare(x, ">" as "less", x)).toThrow("compare.relation: expected");
      expect(() => clamp(x, {})).toThrow("clamp.limits: expected a `min`, a `max` or both");
      expect(() => clamp(x, { min: 2, max: 1 })).toThrow("clamp.limits.max: expected");
      expect(() => slice(x, 2, 0, 1)).toThrow("slice.axis: expected");
      expect(() => slice(x, 1, 2, 2)).toThrow("slice.end: expected");
      expect(() => concatenate([x, tensor([[1, 2]])], 0)).toThrow(
        "concatenate: expected [2, 3] but for axis 0",
      );
      expect(() => toImages(x)).toThrow("toImages: expected [B, C, H, W] or [T, B, C, H, W], got [2, 3].");
      expect(() => toImages(x, [2, 1, 1])).toThrow(
        "toImages: expected rows of as many values as [2, 1, 1] has",
      );
      expect(() => fromImages(x)).toThrow("fromImages: expected an image tensor");
      expect(() => matmul(x, x)).toThrow("matmul: expected a first factor whose last axis is 2");
    });
  });
});
