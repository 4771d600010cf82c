/** Gradients with which an optimiser cannot compute in float32 stop it before a parameter has changed. */
import { describe, expect, it } from "vitest";
import {
  Adam,
  AdamW,
  backward,
  clipGradNorm,
  parameter,
  rateCrossEntropy,
  SGD,
  tensor,
  type Tensor,
  Trainer,
} from "../src/index.ts";
import { multiply, scale, sum } from "../src/entries/ops.ts";
import type { Optimizer } from "../src/entries/training.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { failure } from "./support/failure.ts";
import { toyNetwork, toyOptions } from "./support/toy-task.ts";
import { collectWarnings } from "./support/warnings.ts";

const OPTIMISERS: Record<string, (parameters: Tensor[]) => Optimizer> = {
  SGD: (parameters) => new SGD(parameters, { lr: 0.1, momentum: 0.9 }),
  Adam: (parameters) => new Adam(parameters, { lr: 0.1 }),
  AdamW: (parameters) => new AdamW(parameters, { lr: 0.1 }),
};

describe.each(BACKENDS)("gradients on %s", (backend) => {
  const engine = withEngine(backend);
  collectWarnings();

  /** A step of `optimiser` whose gradients are 1 for the first of its parameters and `factors` for the second. */
  const stepWith = (optimizer: Optimizer, factors: readonly number[], clip?: number): Promise<void> =>
    engine().step(async () => {
      const [first, second] = optimizer.parameters as [Tensor, Tensor];
      backward(sum(multiply(first, tensor([1, 1]))));
      backward(sum(multiply(second, tensor([...factors]))));
      if (clip !== undefined) await clipGradNorm(optimizer.parameters, clip);
      optimizer.step();
    });

  const valuesOf = (optimizer: Optimizer): Promise<number[][]> =>
    Promise.all(optimizer.parameters.map(async (value) => [...(await value.data())]));

  it.each(["Adam", "AdamW"])(
    "of %s have squares that are float32: no parameter is held for ever",
    async (kind) => {
      const optimizer = OPTIMISERS[kind]!([parameter([1, 1], [2]), parameter([1, 1], [2])]);
      for (const large of [1.9e19, -1e30, 3e38]) {
        expect(await failure(stepWith(optimizer, [1, large]))).toMatch(
          new RegExp(
            `^${kind}\\.step: expected gradients of finite numbers up to 1\\.84e\\+19, got .* in the gradient of parameter 1, of shape \\[2\\]\\. `,
          ),
        );
        expect(await valuesOf(optimizer)).toEqual([
          [1, 1],
          [1, 1],
        ]);
      }
      optimizer.zeroGrad();
      await stepWith(optimizer, [1, 1.8e19]);
      for (const value of (await valuesOf(optimizer)).flat()) expect(value).toBeCloseTo(0.9, 2);
      await stepWith(optimizer, [1e30, 3e38], 1);
      for (const value of (await valuesOf(optimizer)).flat()) expect(Number.isFinite(value)).toBe(true);
    },
  );

  it.each(Object.keys(OPTIMISERS))("of %s are finite", async (kind) => {
    const optimizer = OPTIMISERS[kind]!([parameter([1, 1], [2]), parameter([1, 1], [2])]);
    for (const value of [NaN, Infinity, -Infinity]) {
      const bad = engine().step(() => {
        const [first, second] = optimizer.parameters as [Tensor, Tensor];
        first.grad = tensor([1, 1]);
        second.grad = tensor([1, value]);
        optimizer.step();
      });
      expect(await failure(bad)).toContain(`got ${value} in the gradient of parameter 1`);
      optimizer.zeroGrad();
    }
    expect((await valuesOf(optimizer)).flat()).toEqual([1, 1, 1, 1]);
  });

  it("of SGD may be as large as float32 allows", async () => {
    const optimizer = new SGD([parameter([1, 1], [2]), parameter([1, 1], [2])], { lr: 1e-38 });
    await stepWith(optimizer, [0, 2e38]);
    expect((await valuesOf(optimizer))[1]![1]).toBeCloseTo(-1, 5);
  });

  it("are named by the Trainer, unless it clips them", async () => {
    const network = toyNetwork();
    const optimizer = new Adam(network.parameters(), { lr: 0.01 });
    const loss = (x: Tensor, y: Tensor): Tensor => scale(rateCrossEntropy(x, y), 1e25);
    expect(await failure(new Trainer(toyOptions(network, { optimizer, loss })).run({ epochs: 1 }))).toMatch(
      /^Trainer: expected gradients up to 1\.84e\+19, with which Adam can compute, at epoch 1, batch 1 \(step 1\), got .* in the gradient of fc[12]\.(weight|bias)\. /,
    );
    const clipped = new Trainer(toyOptions(network, { optimizer, loss, clipNorm: 1 }));
    expect(await clipped.run({ epochs: 1 })).toMatchObject({ reason: "finished" });
  });
});
