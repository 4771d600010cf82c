import { describe, expect, it } from "vitest";
import {
  Adam,
  AdamW,
  ALIF,
  IF,
  KLIF,
  LIF,
  Linear,
  Module,
  PLIF,
  rateCrossEntropy,
  Recurrent,
  Sequential,
  SGD,
  type Tensor,
  Trainer,
  type TrainerOptions,
} from "../src/index.ts";
import { repeatOverTime, scale } from "../src/entries/ops.ts";
import type { Optimizer } from "../src/entries/training.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { failure } from "./support/failure.ts";
import { FEATURES, toyBatch, toyNetwork, toyOptions } from "./support/toy-task.ts";
import { collectWarnings } from "./support/warnings.ts";

/** Behind these a loss is finite whatever the weights are. */
function spikesOnly(): Sequential {
  return new Sequential({
    fc1: new Linear(FEATURES, 8),
    lif: new LIF({ vThreshold: 0.1 }),
    fc2: new Linear(8, 2),
    out: new LIF(),
  });
}

describe.each(BACKENDS)("parameters that a step has made infinite on %s", (backend) => {
  withEngine(backend);
  collectWarnings();

  const optimisers: [string, (parameters: Tensor[]) => Optimizer][] = [
    ["SGD, rate too high", (parameters) => new SGD(parameters, { lr: 1e60 })],
    ["Adam, rate too high", (parameters) => new Adam(parameters, { lr: 1e39 })],
    ["AdamW, decay too high", (parameters) => new AdamW(parameters, { lr: 1, weightDecay: 1e25 })],
  ];

  it.each(optimisers)("stop the run at that step: %s", async (_, optimiser) => {
    const network = spikesOnly();
    const steps: number[] = [];
    const trainer = new Trainer(
      toyOptions(network, {
        optimizer: optimiser(network.parameters()),
        onBatch: ({ step }) => void steps.push(step),
      }),
    );
    const message = await failure(trainer.run({ epochs: 5 }));
    const next = steps.length + 1;
    expect(message).toMatch(
      new RegExp(
        `^Trainer: expected finite parameters after the optimiser's step at epoch ${next}, batch 1 \\(step ${next}\\), ` +
          "got others in fc[12]\\.(weight|bias)\\. Try a lower learning rate",
      ),
    );
    const finite = async (value: Tensor): Promise<boolean> => (await value.data()).every(Number.isFinite);
    expect(await Promise.all(network.parameters().map(finite))).toContain(false);
  });
});

describe.each(BACKENDS)("numbers that spikes would hide on %s", (backend) => {
  withEngine(backend);
  collectWarnings();

  const encode = (x: Tensor): Tensor => scale(repeatOverTime(x, 3), NaN);
  const neurons: [string, () => Module][] = [
    ["IF", () => new IF()],
    ["LIF", () => new LIF()],
    ["PLIF", () => new PLIF()],
    ["KLIF", () => new KLIF()],
    ["ALIF", () => new ALIF()],
    ["soft reset", () => new LIF({ vReset: null })],
    ["recurrent", () => new Recurrent(new LIF(), { features: 8 })],
  ];

  it.each(neurons)("NaN from encode does not pass for silence: %s", async (_, neuron) => {
    const network = new Sequential({ fc1: new Linear(FEATURES, 8), spikes: neuron(), fc2: new Linear(8, 2) });
    const trainer = new Trainer(toyOptions(network, { encode }));
    expect(await failure(trainer.evaluate([toyBatch()]))).toMatch(
      /^Trainer\.evaluate: expected a finite potential of every neuron in batch 1 of the evaluation, got others in spikes(\.neuron)?; first not finite: the input\.$/,
    );
  });

  it("nor does a frozen layer that gives NaN, in training", async () => {
    const network = spikesOnly();
    const [weight, bias, ...others] = network.parameters() as [Tensor, Tensor, ...Tensor[]];
    for (const frozen of [weight, bias]) frozen.requiresGrad = false;
    weight.set(new Float32Array(weight.size).fill(NaN));
    const optimizer = new SGD(others, { lr: 0.1 });
    expect(await failure(new Trainer(toyOptions(network, { optimizer })).run({ epochs: 1 }))).toMatch(
      /^Trainer: expected a finite potential of every neuron at epoch 1, batch 1 \(step 1\), got others in lif; first not finite: buffer fc1\.weight\. /,
    );
  });

  it("nor does a layer of one's own", async () => {
    class Spoils extends Module {
      forward(x: Tensor): Tensor {
        return scale(x, this.training ? 1 : Infinity);
      }
    }
    const network = new Sequential({
      fc1: new Linear(FEATURES, 8),
      own: new Spoils(),
      lif: new LIF({ vReset: null }),
      fc2: new Linear(8, 2),
    });
    const trainer = new Trainer(toyOptions(network, { evaluation: () => [toyBatch()] }));
    expect(await failure(trainer.run({ epochs: 1 }))).toMatch(
      /got others in lif; first not finite: the output of Sequential\.own/,
    );
  });
});

describe("functions that give no tensor", () => {
  withEngine("wasm");

  const cases: [string, Partial<TrainerOptions>, string][] = [
    [
      "loss",
      { loss: ((x: Tensor, y: Tensor) => Promise.resolve(rateCrossEntropy(x, y))) as never },
      "a Promise",
    ],
    ["loss", { loss: (() => undefined) as never }, "undefined"],
    ["encode", { encode: ((x: Tensor) => Promise.resolve(repeatOverTime(x, 3))) as never }, "a Promise"],
    ["predict", { predict: ((x: Tensor) => Promise.resolve(x)) as never }, "a Promise"],
  ];

  it.each(cases)("are named: %s", async (name, options, got) => {
    const trainer = new Trainer(toyOptions(toyNetwork(), options));
    const expected = `Trainer.${name}: expected a tensor, got ${got}. It returns`;
    expect(await failure(trainer.evaluate([toyBatch()]))).toContain(expected);
    expect(await failure(trainer.run({ epochs: 1 }))).toContain(expected);
  });

  it("beforeEpoch is waited for", async () => {
    let isReady = false;
    const beforeEpoch = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      isReady = true;
    };
    const encode = (x: Tensor): Tensor => {
      expect(isReady).toBe(true);
      return repeatOverTime(x, 3);
    };
    await new Trainer(toyOptions(toyNetwork(), { beforeEpoch, encode })).run({ epochs: 1 });
    const broken = toyOptions(toyNetwork(), { beforeEpoch: () => Promise.reject(new Error("broken")) });
    expect(await failure(new Trainer(broken).run({ epochs: 1 }))).toBe("broken");
  });
});
