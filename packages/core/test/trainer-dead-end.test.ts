import { describe, expect, it } from "vitest";
import { KLIF, LIF, Linear, rateMse, Sequential, Trainer, type TrainerOptions } from "../src/index.ts";
import { scale, sum } from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { failure } from "./support/failure.ts";
import { FEATURES, toyBatch, toyNetwork, toyOptions } from "./support/toy-task.ts";

/** KLIF's ReLU has no slope at a potential of 0: behind a layer that is silent nothing has a gradient. */
function deadNetwork(): Sequential {
  const fc1 = new Linear(FEATURES, 8);
  fc1.weight.set(new Float32Array(8 * FEATURES).fill(-1));
  const [fc2, fc3] = [new Linear(8, 8, { bias: false }), new Linear(8, 2, { bias: false })];
  return new Sequential({ fc1, first: new KLIF(), fc2, second: new KLIF(), fc3, out: new KLIF() });
}

describe.each(BACKENDS)("a training without gradients on %s", (backend) => {
  withEngine(backend);

  const trainer = (net = deadNetwork(), more: Partial<TrainerOptions> = {}): Trainer =>
    new Trainer(toyOptions(net, { loss: rateMse, ...more }));

  it("ends after 20 steps, with the first silent layer and the cure", async () => {
    const net = deadNetwork();
    const ended = trainer(net);
    const before = await (net.get("fc1") as Linear).weight.data();
    expect(await failure(ended.run({ epochs: 40 }))).toBe(
      "Trainer: expected a gradient other than 0 within deadAfter steps, the last at epoch 20, batch 1 (step 20), got none, " +
        "as no neuron of first fires: the first silent layer. Scale the weights ahead of it with initFiring " +
        "(init: { firing: 0.1 } in a recipe), give first decayInput: false or a lower vThreshold, or put batch " +
        "normalisation ahead of it; deadAfter: false goes on.",
    );
    expect(ended.position.step).toBe(19);
    expect(await (net.get("fc1") as Linear).weight.data()).toEqual(before);
  });

  it("ends after as many as are asked for, also where several batches make a step", async () => {
    const batches = (): ReturnType<typeof toyBatch>[] => [toyBatch(), toyBatch(), toyBatch()];
    expect(await failure(trainer(undefined, { deadAfter: 3 }).run({ epochs: 9 }))).toContain("(step 3)");
    const grouped = trainer(undefined, { deadAfter: 2, accumulate: 2, batches });
    expect(await failure(grouped.run({ epochs: 9 }))).toContain("at epoch 1, batch 3 (step 2)");
  });

  it("goes on where that is asked for, where all is learned, and after a gradient", async () => {
    await trainer(undefined, { deadAfter: false }).run({ epochs: 25 });
    const learned = trainer(undefined, { loss: (output) => sum(scale(output, 1)), deadAfter: 2 });
    await learned.run({ epochs: 5 });
    let calls = 0;
    const changing = trainer(toyNetwork(), {
      loss: (output, labels) => rateMse(scale(output, Number(calls++ % 3 === 2)), labels),
      deadAfter: 3,
    });
    await changing.run({ epochs: 12 });
  });

  it("says so where layers fire", async () => {
    const net = new Sequential({ fc1: new Linear(FEATURES, 8), lif: new LIF({ vThreshold: 0.01 }) });
    const constant = trainer(net, { loss: (output) => sum(scale(output, 0)), deadAfter: 2 });
    await constant.run({ epochs: 4 });
    (net.get("fc1") as Linear).weight.set(new Float32Array(8 * FEATURES).fill(1));
    const { loss } = toyOptions(net);
    const flat = trainer(net, { loss: (output, labels) => loss(scale(output, 0), labels), deadAfter: 2 });
    expect(await failure(flat.run({ epochs: 4 }))).toMatch(
      /got none though every layer fires\. Let the loss depend/,
    );
  });

  it("refuses other counts", () => {
    for (const deadAfter of [0, 1.5, -1, true as unknown as number]) {
      expect(() => trainer(undefined, { deadAfter })).toThrow("Trainer.deadAfter: expected");
    }
  });
});
