import { describe, expect, it } from "vitest";
import {
  type Batch,
  type Batches,
  countActivity,
  Linear,
  MyelinError,
  tensor,
  type Tensor,
  Trainer,
} from "../src/index.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { toyBatch, toyNetwork, toyOptions } from "./support/toy-task.ts";

describe.each(BACKENDS)("from plain JavaScript, on %s", (backend) => {
  withEngine(backend);

  const broken: [string, () => unknown][] = [
    ["a promise", () => Promise.resolve([toyBatch()])],
    ["a batch alone", () => toyBatch()],
    ["nothing", () => undefined],
    ["a batch that is null", () => [null]],
    ["no labels", () => [toyBatch({ labels: undefined as unknown as Batch["labels"] })]],
    ["a tensor of labels", () => [toyBatch({ labels: tensor([0, 1, 1, 0]) as unknown as Batch["labels"] })]],
    ["no shape", () => [toyBatch({ shape: undefined as unknown as number[] })]],
  ];

  it.each(broken)("batches are batches: %s", async (_, make) => {
    const given = make() as Batches;
    const network = toyNetwork();
    const train = new Trainer(toyOptions(network, { batches: () => given }));
    const tries = [
      () => train.run({ epochs: 1 }),
      () => train.evaluate(given),
      () => countActivity(network, given),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toBeInstanceOf(MyelinError);
    await expect(train.run({ epochs: 1 })).rejects.toThrow(/^Trainer.batches: expected .*batch.*, got /);
  });

  it("labels and inputs may be plain arrays", async () => {
    const { inputs, labels } = toyBatch();
    const plain = toyBatch({ inputs: [...inputs], labels: [...labels] } as unknown as Batch);
    const train = new Trainer(toyOptions(toyNetwork(), { batches: () => [plain] }));
    await expect(train.run({ epochs: 1 })).resolves.toMatchObject({ reason: "finished" });
  });

  it("a gradient is a tensor", () => {
    const { weight } = new Linear(2, 1);
    const assign = (): void => void (weight.grad = [1, 2] as unknown as Tensor);
    expect(assign).toThrow("Tensor.grad: expected a tensor, got [1, 2].");
  });

  it.each([1e39, -1e300])("a number that float32 cannot hold is none: %d", (value) => {
    for (const values of [[0, value], Float64Array.of(0, value)]) {
      expect(() => tensor(values)).toThrow(
        `expected numbers up to 3.4e38, as float32 holds, got ${value} at index 1`,
      );
    }
    expect(tensor([Infinity, NaN, 3.4e38]).size).toBe(3);
  });
});
