import { describe, expect, it } from "vitest";
import {
  Adam,
  type Batch,
  type CheckpointParts,
  BatchNorm,
  cosineAnnealing,
  Dropout,
  encodeCheckpoint,
  LeakyIntegrator,
  LIF,
  Linear,
  Module,
  rateCrossEntropy,
  restoreCheckpoint,
  Sequential,
  SGD,
  type Tensor,
  Trainer,
  type TrainerOptions,
  TrainingError,
} from "../src/index.ts";
import { bernoulli, customGradient, repeatOverTime, scale } from "../src/entries/ops.ts";
import type { BatchInfo, EpochInfo, TrainerState } from "../src/entries/training.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

const [BATCHES, SIZE, FEATURES] = [5, 4, 6];

/** A batch that depends on nothing but its numbers. */
function batch(epoch: number, index: number): Batch {
  const inputs = Float32Array.from(
    { length: SIZE * FEATURES },
    (_, i) => 0.5 + 0.5 * Math.sin(1 + i * 3.7 + index * 11.3 + epoch * 5.1),
  );
  const labels = Float32Array.from({ length: SIZE }, (_, i) => (inputs[i * FEATURES]! > 0.5 ? 1 : 0));
  return { inputs, shape: [SIZE, FEATURES], labels };
}

function* batches(epoch: number, startBatch = 0): Generator<Batch> {
  for (let index = startBatch; index < BATCHES; index++) yield batch(epoch, index);
}

function network(): Sequential {
  return new Sequential(
    new Linear(FEATURES, 8),
    new BatchNorm(8),
    new LIF(),
    new Dropout(0.3),
    new Linear(8, 2),
    new LeakyIntegrator(),
  );
}

function options(net: Module = network(), more: Partial<TrainerOptions> = {}): TrainerOptions {
  return {
    network: net,
    optimizer: new Adam(net.parameters(), { lr: 0.02 }),
    loss: rateCrossEntropy,
    encode: (images, key) => bernoulli(images, { steps: 6, key }),
    schedule: cosineAnnealing({ tMax: 15 }),
    clipNorm: 1,
    batches,
    evaluation: () => batches(99),
    ratesEvery: 2,
    ...more,
  };
}

function partsOf({ network, optimizer }: TrainerOptions): CheckpointParts {
  return { network, optimizer };
}

describe.each(BACKENDS)("Trainer on %s", (backend) => {
  const engine = withEngine(backend);

  it("reports every batch and epoch", async () => {
    const seen: BatchInfo[] = [];
    const epochs: EpochInfo[] = [];
    const trainer = new Trainer(
      options(network(), {
        onBatch: (info) => void seen.push(info),
        onEpoch: (info) => void epochs.push(info),
      }),
    );
    const result = await trainer.run({ epochs: 2 });
    expect(result).toEqual({ reason: "finished", position: { epoch: 2, batch: 0, step: 10 } });
    expect(seen.map(({ epoch, batch: index, step }) => [epoch, index, step])).toEqual(
      Array.from({ length: 10 }, (_, i) => [Math.floor(i / 5), (i % 5) + 1, i + 1]),
    );
    expect(seen[4]!.samples).toBe(BATCHES * SIZE);
    expect(seen[1]!.loss).toBeCloseTo((seen[0]!.batchLoss + seen[1]!.batchLoss) / 2, 6);
    expect(seen.every(({ gradNorm }) => gradNorm > 0)).toBe(true);
    const [{ train, evaluation }] = epochs as [EpochInfo];
    expect(train.samples).toBe(BATCHES * SIZE);
    expect(train.loss).toBe(seen[4]!.loss);
    expect(Object.keys(evaluation!.firingRate!.layers)).toEqual(["2"]);
    expect(evaluation!.firingRate!.mean).toBeGreaterThan(0);
    expect(evaluation!.firingRate!.mean).toBeLessThan(1);
    expect(evaluation!.samplesPerSecond).toBeGreaterThan(0);
  });

  it("applies the schedule by step or by epoch", async () => {
    const rates = async (scheduleUnit: "step" | "epoch"): Promise<number[]> => {
      const seen: number[] = [];
      const schedule = cosineAnnealing({ tMax: 10 });
      const onBatch = ({ lr }: BatchInfo): void => void seen.push(lr);
      await new Trainer(options(network(), { schedule, scheduleUnit, onBatch })).run({ epochs: 2 });
      return seen;
    };
    expect(new Set(await rates("step")).size).toBe(10);
    expect(new Set(await rates("epoch")).size).toBe(2);
  });

  it("evaluates without changing anything, always the same", async () => {
    const net = network();
    const trainer = new Trainer(options(net));
    await trainer.run({ epochs: 1 });
    const before = JSON.stringify(trainer.getState());
    const first = await trainer.evaluate(batches(7));
    const second = await trainer.evaluate(batches(7));
    expect(second.loss).toBe(first.loss);
    expect(second.firingRate).toEqual(first.firingRate);
    expect(JSON.stringify(trainer.getState())).toBe(before);
    expect(net.training).toBe(true);
  });

  it("stops after the running batch when asked", async () => {
    const controller = new AbortController();
    const onBatch = ({ step }: BatchInfo): void => {
      if (step === 7) controller.abort();
    };
    const trainer = new Trainer(options(network(), { onBatch }));
    const result = await trainer.run({ epochs: 3, signal: controller.signal });
    expect(result).toEqual({ reason: "stopped", position: { epoch: 1, batch: 2, step: 7 } });
  });

  it("evaluates again when it was stopped while evaluating", async () => {
    const controller = new AbortController();
    const finished: number[] = [];
    const trainer = new Trainer(
      options(network(), {
        *evaluation() {
          yield batch(99, 0);
          controller.abort();
          yield batch(99, 1);
        },
        onEpoch: ({ evaluation }) => void finished.push(evaluation!.samples),
      }),
    );
    const stopped = await trainer.run({ epochs: 1, signal: controller.signal });
    expect(stopped).toEqual({ reason: "stopped", position: { epoch: 0, batch: BATCHES, step: BATCHES } });
    expect(finished).toEqual([]);
    expect((await trainer.run({ epochs: 1 })).position).toEqual({ epoch: 1, batch: 0, step: BATCHES });
    expect(finished).toEqual([2 * SIZE]);
  });

  // The reference computes in float64, which files of float32 numbers cannot carry on.
  it.skipIf(backend === "reference").each([1, 3, 5, 7, 10])(
    "resumes bit for bit after %i batches",
    async (stopAt) => {
      const history = (seen: unknown[]): Partial<TrainerOptions> => ({
        onBatch: ({ samplesPerSecond: _, ...info }) => void seen.push(info),
        onEpoch: ({ train, evaluation }) => void seen.push(train.loss, train.firingRate, evaluation?.loss),
      });
      const straight: unknown[] = [];
      engine().random.setState([1, 2, 3, 4]);
      const net = network();
      await new Trainer(options(net, history(straight))).run({ epochs: 3 });

      const pieces: unknown[] = [];
      engine().random.setState([1, 2, 3, 4]);
      const first = options(network(), history(pieces));
      const before = new Trainer(first);
      const controller = new AbortController();
      const stopping = new Trainer({
        ...first,
        onBatch: async (info) => {
          await first.onBatch?.(info);
          if (info.step === stopAt) controller.abort();
        },
      });
      expect(before.position.step).toBe(0);
      await stopping.run({ epochs: 3, signal: controller.signal });
      const saved = await encodeCheckpoint(partsOf(first), stopping.getState());

      engine().random.setState([9, 9, 9, 9]);
      const second = options(network(), history(pieces));
      const resumed = new Trainer(second);
      resumed.setState(restoreCheckpoint(saved, partsOf(second)) as TrainerState);
      await resumed.run({ epochs: 3 });

      expect(pieces).toEqual(straight);
      const [expected, actual] = await Promise.all(
        [net, second.network].map((n) => encodeCheckpoint({ network: n })),
      );
      expect(actual!.tensors).toEqual(expected!.tensors);
    },
  );
});

describe("Trainer", () => {
  withEngine("reference");

  /** Passes its input on, but spoils the numbers of the forward or of the backward pass. */
  class Spoil extends Module {
    readonly part: "forward" | "backward";
    constructor(part: "forward" | "backward") {
      super();
      this.part = part;
    }
    forward(x: Tensor): Tensor {
      const spoil = (y: Tensor): Tensor => scale(y, NaN);
      const pass = (y: Tensor): Tensor => scale(y, 1);
      const [forward, backward] = this.part === "forward" ? [spoil, pass] : [pass, spoil];
      return customGradient([x], forward, (gradient) => [backward(gradient)]);
    }
  }

  async function failure(net: Module, more: Partial<TrainerOptions> = {}): Promise<string> {
    const trainer = new Trainer(options(net, { ...more, clipNorm: undefined }));
    const error: unknown = await trainer.run({ epochs: 1 }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(TrainingError);
    return (error as Error).message;
  }

  it("names the layer whose output is not finite", async () => {
    const net = new Sequential(new Linear(FEATURES, 2), new Spoil("forward"));
    const message = await failure(net);
    expect(message).toContain(
      "Trainer: expected a finite loss and gradient at epoch 1, batch 1 (step 1), got loss NaN",
    );
    expect(message).toContain("first not finite: the output of Sequential.1 (Spoil).");
  });

  it("names a layer whose NaN the spikes would hide", async () => {
    const net = new Sequential(new Linear(FEATURES, 8), new Spoil("forward"), new LIF(), new Linear(8, 2));
    expect(await failure(net)).toContain("first not finite: the output of Sequential.1 (Spoil).");
  });

  it("names the parameter whose gradient is not finite", async () => {
    const net = new Sequential(new Linear(FEATURES, 8), new Spoil("backward"), new Linear(8, 2));
    expect(await failure(net)).toContain("first not finite: the gradient of 0.bias.");
  });

  it("names a parameter that is not finite, and the input", async () => {
    const net = network();
    (net.get(4) as Linear).weight.set(new Float32Array(16).fill(Infinity));
    expect(await failure(net)).toContain("first not finite: parameter 4.weight.");
    const spoilt = { ...batch(0, 0), inputs: new Float32Array(SIZE * FEATURES).fill(NaN) };
    const encode = (images: Tensor): Tensor => repeatOverTime(images, 2);
    expect(await failure(new Linear(FEATURES, 2), { batches: () => [spoilt], encode })).toContain(
      "the input",
    );
  });

  it("leaves the parameters as they were and the modules unwrapped", async () => {
    const net = new Sequential(new Linear(FEATURES, 2), new Spoil("backward"));
    const before = await net.parameters()[0]!.data();
    await failure(net);
    expect(await net.parameters()[0]!.data()).toEqual(before);
    expect(net.layers.every((layer) => !Object.hasOwn(layer, "forward"))).toBe(true);
  });

  it("takes class probabilities where samples are mixed, and refuses a wrong number of them", async () => {
    const trainer = new Trainer(options());
    const plain = batch(0, 0);
    const lossWith = async (targets?: Float32Array): Promise<number> =>
      (await trainer.evaluate([{ ...plain, targets }])).loss;
    const certain = Float32Array.from({ length: 2 * SIZE }, (_, n) => Number(plain.labels[n >> 1] === n % 2));
    expect(await lossWith(certain)).toBe(await lossWith());
    const first = Float32Array.from({ length: 2 * SIZE }, (_, n) => Number(n % 2 === 0));
    expect(await lossWith(first)).not.toBe(await lossWith());
    await expect(lossWith(new Float32Array(SIZE))).rejects.toThrow("expected targets [4, 2], got 4 values");
  });

  it("refuses labels that are no class, and epochs without batches", async () => {
    const wrong = { ...batch(0, 0), labels: new Float32Array([0, 1, 2, 0]) };
    expect(await failure(network(), { batches: () => [wrong] })).toBe(
      "Trainer: expected labels as whole numbers from 0 to 1, got 2 for sample 2. The last axis of the outputs decides the number of classes.",
    );
    expect(await failure(network(), { batches: () => [] })).toContain(
      "expected batches in epoch 1, got none.",
    );
    expect(await failure(network(), { evaluation: () => [] })).toBe(
      "Trainer.evaluate: expected batches, got none.",
    );
  });

  it("refuses predictions that do not fit the labels", async () => {
    expect(await failure(network(), { predict: (output) => output })).toContain(
      "Trainer: expected predictions [4, K], got [6, 4, 2].",
    );
  });

  it("takes batches that arrive later", async () => {
    async function* slowly(): AsyncGenerator<Batch> {
      for (const item of batches(0)) {
        await Promise.resolve();
        yield item;
      }
    }
    const trainer = new Trainer(options(network(), { batches: slowly }));
    expect((await trainer.run({ epochs: 1 })).position.step).toBe(BATCHES);
  });

  it("refuses a state that is none", () => {
    const trainer = new Trainer(options());
    const state = trainer.getState();
    expect(() => trainer.setState({ ...state, epoch: -1 })).toThrow(
      "Trainer.setState.epoch: expected an integer >= 0",
    );
    expect(() => trainer.setState({ ...state, random: [] })).toThrow("Random.setState: expected four");
  });

  it("trains with SGD of several groups", async () => {
    const net = network();
    const [first, ...rest] = net.parameters();
    const optimizer = new SGD([{ parameters: [first!], lr: 0 }, { parameters: rest }], {
      lr: 0.5,
      momentum: 0.9,
    });
    const frozen = await first!.data();
    await new Trainer(options(net, { optimizer, schedule: undefined })).run({ epochs: 1 });
    expect(await first!.data()).toEqual(frozen);
  });
});
