/** Sequences shorter than the longest delay: what is before their start counts as silence. */
import { describe, expect, it } from "vitest";
import {
  Adam,
  backward,
  DelayConv2d,
  DelayLinear,
  type Module,
  Random,
  tensor,
  type Tensor,
} from "../src/index.ts";
import { multiply, sum } from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

/** Zeros put before the sequence: as many steps as a delay can reach back. */
const BEFORE = 12;

const LAYERS: Record<string, [make: () => Module, step: readonly number[]]> = {
  gauss: [() => new DelayLinear(3, 4, { maxDelay: 9 }), [3]],
  "max, two bumps": [() => new DelayLinear(3, 4, { maxDelay: 11, version: "max", kernelCount: 2 }), [3]],
  "of the same length": [() => new DelayLinear(3, 4, { maxDelay: 9, keepLength: true }), [3]],
  convolution: [() => new DelayConv2d(3, 4, { maxDelay: 7, kernelSize: 2 }), [3, 3, 3]],
};

describe.each(BACKENDS)("delays beyond the start on %s", (backend) => {
  const engine = withEngine(backend);

  const cases = Object.entries(LAYERS).flatMap(([name, [make, shape]]) =>
    [1, 2, 5, 8].flatMap((steps) =>
      [true, false].map((training) => ({ name, make, shape, steps, training })),
    ),
  );
  it.each(cases)("$name, $steps steps, training $training", async ({ make, shape, steps, training }) => {
    const layer = make();
    if (!training) layer.eval();
    const random = new Random(steps);
    const size = 2 * shape.reduce((product, n) => product * n, 1);
    const values = Float32Array.from({ length: steps * size }, () => random.normal());
    const run = (before: number): Promise<Float32Array[]> =>
      engine().step(async () => {
        const padded = new Float32Array((before + steps) * size);
        padded.set(values, before * size);
        const x = tensor(padded, [before + steps, 2, ...shape]);
        x.requiresGrad = true;
        const y = layer.forward(x);
        backward(sum(multiply(y, weights(y, before))));
        const tensors = [y, x.grad!, ...layer.parameters().flatMap(({ grad }) => grad ?? [])];
        const read = await Promise.all(tensors.map((one) => one.data()));
        new Adam(layer.parameters(), { lr: 0.01 }).zeroGrad();
        return [
          read[0]!.subarray((before * y.size) / y.shape[0]!),
          read[1]!.subarray(before * size),
          ...read.slice(2),
        ];
      });
    const [alone, after] = [await run(0), await run(BEFORE)];
    expect(after.length).toBe(alone.length);
    alone.forEach((part, i) => {
      expect(part.length).toBe(after[i]!.length);
      const largest = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      part.forEach((value, j) => expect(Math.abs(value - after[i]![j]!)).toBeLessThanOrEqual(1e-5 * largest));
    });
  });
});

/** Weights of the outputs that do not depend on what is before the start, whose outputs do not count. */
function weights(y: Tensor, before: number): Tensor {
  const steps = y.shape[0] as number;
  const size = y.size / steps;
  const values = Float32Array.from({ length: y.size }, (_, i) => {
    const step = Math.floor(i / size) - before;
    return step < 0 ? 0 : Math.sin(1 + step * size + (i % size));
  });
  return tensor(values, y.shape);
}
