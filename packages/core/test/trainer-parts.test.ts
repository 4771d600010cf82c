import { describe, expect, it } from "vitest";
import {
  type Batch,
  Conv2d,
  DelayLinear,
  Flatten,
  LIF,
  Linear,
  type Module,
  Random,
  rateCrossEntropy,
  Recurrent,
  Sequential,
  SGD,
  Trainer,
  type TrainerOptions,
} from "../src/index.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

const [STEPS, SIZE] = [9, 3];
const drive = { tau: 2, vThreshold: 0.3 };

function batchOf(sample: readonly number[], more: Partial<Batch> = {}): Batch {
  const random = new Random(4);
  const shape = [STEPS, SIZE, ...sample];
  const inputs = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.uniform());
  return { inputs, shape, labels: new Float32Array([0, 1, 1]), ...more };
}

function trainerOf(network: Module, more: Partial<TrainerOptions> = {}): Trainer {
  return new Trainer({
    network,
    optimizer: new SGD(network.parameters(), { lr: 0.1 }),
    loss: rateCrossEntropy,
    batches: () => [],
    ...more,
  });
}

const networks: Readonly<Record<string, readonly [() => Module, readonly number[]]>> = {
  convolutions: [
    () =>
      new Sequential(
        ...[new Conv2d(2, 4, { kernelSize: 3 }), new LIF(drive), new Flatten()],
        ...[new Linear(64, 2), new LIF(drive)],
      ),
    [2, 6, 6],
  ],
  "recurrent wiring": [
    () => new Sequential(new Linear(6, 8), new Recurrent(new LIF(drive), { features: 8 }), new Linear(8, 2)),
    [6],
  ],
};

describe.each(BACKENDS)("evaluation in parts on %s", (backend) => {
  withEngine(backend);

  it.each(Object.entries(networks))("gives the metrics of whole sequences: %s", async (_, [make, sample]) => {
    const network = make();
    for (const lengths of [undefined, [9, 1, 4]]) {
      const batches = [batchOf(sample, { lengths })];
      const { loss, accuracy, samples, firingRate } = await trainerOf(network).evaluate(batches);
      expect(firingRate!.mean).toBeGreaterThan(0);
      const inParts = await trainerOf(network, { evaluateInParts: true }).evaluate(batches);
      expect(inParts).toMatchObject({ loss, accuracy, samples, firingRate });
    }
  });

  it("names what is not finite, as that of whole sequences", async () => {
    const network = new Sequential(new Linear(2, 2), new LIF({ ...drive, vReset: null }));
    network.parameters()[0]!.set([4, 4, 4, 4]);
    const batch = batchOf([2]);
    batch.inputs.fill(3e38);
    for (const evaluateInParts of [false, true]) {
      await expect(trainerOf(network, { evaluateInParts }).evaluate([batch])).rejects.toThrow(
        "Trainer.evaluate: expected a finite potential of every neuron in batch 1 of the evaluation, got others in 1;",
      );
    }
  });
});

describe("evaluation in parts refuses", () => {
  withEngine("wasm");
  const inParts = (network: Module) => trainerOf(network, { evaluateInParts: true });

  it("encoders, and batches that stand still", async () => {
    const network = new Sequential(new Linear(6, 2), new LIF());
    expect(() => trainerOf(network, { evaluateInParts: true, encode: (x) => x })).toThrow(
      "Trainer.evaluateInParts: expected no `encode` beside it",
    );
    expect(() => trainerOf(network, { evaluateInParts: "yes" as never })).toThrow("Trainer.evaluateInParts");
    const still = { inputs: new Float32Array(18), shape: [3, 6], labels: new Float32Array(3) };
    await expect(inParts(network).evaluate([still])).rejects.toThrow(
      "Trainer.evaluateInParts: expected batches [T, B, ...] with 3 samples, got [3, 6]. Leave it out",
    );
  });

  it("delays that lengthen sequences, or that would reach into padding", async () => {
    const longer = new Sequential(new DelayLinear(6, 2, { maxDelay: 3 }), new LIF());
    await expect(inParts(longer).evaluate([batchOf([6])])).rejects.toThrow(
      "expected a network that gives as many steps as it gets, got one that adds 1. Leave it out",
    );
    const kept = new Sequential(new DelayLinear(6, 2, { maxDelay: 3, keepLength: true }), new LIF());
    await expect(inParts(kept).evaluate([batchOf([6], { lengths: [9, 1, 4] })])).rejects.toThrow(
      "expected batches without lengths for layers with delays, got padded ones.",
    );
  });
});
