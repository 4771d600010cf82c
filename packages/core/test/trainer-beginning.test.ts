import { describe, expect, it } from "vitest";
import type { SparseLinear } from "../src/entries/sparse.ts";
import {
  Adam,
  backward,
  Linear,
  Module,
  oneCycle,
  parameter,
  perGroup,
  rateCrossEntropy,
  Sequential,
  SGD,
  tensor,
  type Tensor,
  Trainer,
  type TrainerOptions,
  TrainingError,
} from "../src/index.ts";
import { repeatOverTime, scaleBy } from "../src/entries/ops.ts";
import { DeepR, sparsify, StructureEvolution } from "../src/entries/sparse.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { FEATURES, toyBatch, toyNetwork, toyOptions } from "./support/toy-task.ts";
import { collectWarnings } from "./support/warnings.ts";

async function failure(options: TrainerOptions): Promise<string> {
  const error: unknown = await new Trainer(options).run({ epochs: 1 }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TrainingError);
  return (error as Error).message;
}

/** A layer that no property leads to. */
class Hidden extends Module {
  readonly fc1 = new Linear(FEATURES, 8);
  readonly #fc2 = new Linear(8, 2);

  forward(x: Tensor): Tensor {
    return this.#fc2.forward(this.fc1.forward(x));
  }
}

describe.each(BACKENDS)("when training begins on %s", (backend) => {
  const engine = withEngine(backend);
  const warnings = collectWarnings();

  it("an optimiser made before sparsify is refused, one made after it trains the sparse weights", async () => {
    const net = toyNetwork();
    const early = new Adam(net.parameters());
    await sparsify(net, { density: 0.5, exclude: ["fc2"] });
    expect(await failure(toyOptions(net, { optimizer: early }))).toBe(
      'Trainer: expected an optimiser of the network as it is, got parameters replaced by sparsify in layer "fc1"; ' +
        "fc1.weight would never learn. Make the optimiser after sparsify.",
    );
    const { weight } = net.get("fc1") as SparseLinear;
    const before = await weight.data();
    await new Trainer(toyOptions(net)).run({ epochs: 1 });
    expect(await weight.data()).not.toEqual(before);
    expect(warnings()).toEqual([]);
  });

  it("a loop by hand hears the same from the optimiser", async () => {
    const net = toyNetwork();
    const early = new Adam(net.parameters());
    await sparsify(net, { density: 0.5 });
    const loop = engine().step(() => {
      backward(rateCrossEntropy(net.forward(repeatOverTime(tensor([[1, 2, 3, 4, 5, 6]]), 2)), tensor([1])));
      early.step();
    });
    await expect(loop).rejects.toThrow(
      'Adam.step: expected parameters of the network, got one of shape [8, 6] replaced by sparsify in layer "fc1". ' +
        "Make the optimiser after sparsify.",
    );
  });

  it("a layer that no property leads to is found by use, in a loop by hand too", async () => {
    expect(await failure(toyOptions(new Hidden()))).toContain(
      "Trainer: expected every parameter behind the loss in the optimiser, got 2 that are not, of shapes [2, 8], [2].",
    );
    const net = new Hidden();
    const optimizer = new SGD(net.parameters(), { lr: 0.1 });
    const step = (): Promise<void> =>
      engine().step(() => {
        backward(rateCrossEntropy(net.forward(repeatOverTime(tensor([[1, 2, 3, 4, 5, 6]]), 2)), tensor([1])));
        optimizer.step();
      });
    await step();
    await step();
    expect(warnings()).toEqual([
      "SGD.step: expected every parameter behind the loss in an optimiser, got 2 in none, of shapes [2, 8], [2]. " +
        "They do not learn: keep layers in properties of the network, or set requiresGrad = false on them.",
    ]);
  });
});

describe("when training begins", () => {
  withEngine("wasm");
  const warnings = collectWarnings();

  it("every parameter is in the optimiser or frozen", async () => {
    const net = toyNetwork();
    const { weight, bias } = net.get("fc1") as Linear;
    const optimizer = new SGD((net.get("fc2") as Linear).parameters(), { lr: 0.1 });
    expect(await failure(toyOptions(net, { optimizer }))).toContain("got none of fc1.weight, fc1.bias.");
    const before = await weight.data();
    weight.requiresGrad = bias!.requiresGrad = false;
    await new Trainer(toyOptions(net, { optimizer })).run({ epochs: 1 });
    expect(await weight.data()).toEqual(before);
  });

  it("no parameter is foreign, unless it is named", async () => {
    const net = toyNetwork();
    expect(await failure(toyOptions(net, { optimizer: new Adam(toyNetwork().parameters()) }))).toContain(
      "got none of fc1.weight, fc1.bias, fc2.weight, fc2.bias.",
    );
    const [factor, other] = [parameter([1], [1]), new Linear(1, 1)];
    const optimizer = new Adam([...net.parameters(), factor, ...other.parameters()]);
    const loss = (output: Tensor, labels: Tensor): Tensor =>
      scaleBy(rateCrossEntropy(output, labels), factor);
    expect(await failure(toyOptions(net, { optimizer, loss }))).toContain(
      "got 3 others, of shapes [1], [1, 1], [1].",
    );
    await new Trainer(toyOptions(net, { optimizer, loss, alsoTrained: [factor, other] })).run({ epochs: 1 });
    expect(await factor.data()).not.toEqual(Float32Array.of(1));
    const without = new Adam(net.parameters());
    expect(await failure(toyOptions(net, { optimizer: without, loss, alsoTrained: [factor] }))).toContain(
      "got none of alsoTrained.0.",
    );
  });

  it("the evolution belongs to network and optimiser", async () => {
    const [net, other] = [toyNetwork(), toyNetwork()];
    for (const each of [net, other]) await sparsify(each, { density: 0.5 });
    const [mine, its] = [net, other].map((each) => new Adam(each.parameters())) as [Adam, Adam];
    const evolutions = [
      new StructureEvolution(other, its, { totalSteps: 10 }),
      await DeepR.create(other, its),
    ];
    for (const evolution of evolutions) {
      expect(await failure(toyOptions(net, { optimizer: mine, evolution }))).toContain(
        "got one with layers that are not in the network.",
      );
    }
    const evolution = new StructureEvolution(net, new Adam(net.parameters()), { totalSteps: 10 });
    expect(await failure(toyOptions(net, { optimizer: mine, evolution }))).toContain(
      "Trainer.evolution: expected one that moves the state of the Trainer's optimiser, got one made with another.",
    );
  });

  it("the schedule fits the optimiser's groups", async () => {
    const net = toyNetwork();
    const groups = ["fc1", "fc2"].map((name) => ({ parameters: net.get(name).parameters() }));
    const schedule = perGroup([oneCycle({ maxLr: 0.1, totalSteps: 5 })]);
    const trainer = new Trainer(toyOptions(net, { optimizer: new SGD(groups, { lr: 0.1 }), schedule }));
    await expect(trainer.run({ epochs: 1 })).rejects.toThrow("perGroup");
    expect(trainer.position.step).toBe(0);
  });

  it("says which parameters get no gradient", async () => {
    class Idle extends Sequential {
      readonly unused = new Linear(3, 2);
    }
    await new Trainer(toyOptions(new Idle(new Linear(FEATURES, 2)))).run({ epochs: 1 });
    expect(warnings()).toEqual([
      "Trainer: expected a gradient for every parameter, got none for unused.weight, unused.bias in the first batch. " +
        "The loss does not depend on them, so they do not learn.",
    ]);
  });

  it("looks again at every run", async () => {
    const net = toyNetwork();
    const trainer = new Trainer(toyOptions(net, { batches: () => [toyBatch()] }));
    await trainer.run({ epochs: 1 });
    await sparsify(net, { density: 0.5 });
    await expect(trainer.run({ epochs: 2 })).rejects.toThrow("Make the optimiser after sparsify.");
  });
});
