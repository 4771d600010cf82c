import { describe, expect, it } from "vitest";
import {
  ALIF,
  BatchNorm,
  countActivity,
  Dropout,
  LIF,
  Linear,
  meanOverTime,
  type Metrics,
  Module,
  Sequential,
  type Tensor,
  Trainer,
  type TrainerOptions,
} from "../src/index.ts";
import { customSurrogate } from "../src/entries/neurons.ts";
import { inEvaluation } from "../src/entries/layers.ts";
import { scale } from "../src/entries/ops.ts";
import { sparsify } from "../src/entries/sparse.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { failure } from "./support/failure.ts";
import { FEATURES, SIZE, toyBatch, toyNetwork, toyOptions } from "./support/toy-task.ts";
import { collectWarnings } from "./support/warnings.ts";

function spoilt(values: Float32Array, index: number, value: number): Float32Array {
  return values.map((old, i) => (i === index ? value : old));
}

describe("modes of modules", () => {
  withEngine("reference");

  function mixed(): { net: Sequential; norm: BatchNorm; modes: () => boolean[] } {
    const norm = new BatchNorm(8).eval();
    const net = new Sequential(new Linear(FEATURES, 8), norm, new Dropout(0.5), new Linear(8, 2));
    return { net, norm, modes: () => net.layers.map(({ training }) => training) };
  }

  it("stay as they were set through training and evaluation", async () => {
    const { net, norm, modes } = mixed();
    const seen: boolean[][] = [];
    const trainer = new Trainer(
      toyOptions(net, { evaluation: () => [toyBatch()], onBatch: () => void seen.push(modes()) }),
    );
    await trainer.run({ epochs: 2 });
    const set = [true, false, true, true];
    expect(seen).toEqual([set, set]);
    expect(await norm.runningMean.data()).toEqual(new Float32Array(8));
    await trainer.evaluate([toyBatch()]);
    expect(modes()).toEqual(set);
    await countActivity(net, [toyBatch()]);
    expect(modes()).toEqual(set);
  });

  it("come back when an evaluation fails", async () => {
    const { net, modes } = mixed();
    const trainer = new Trainer(toyOptions(net));
    await expect(trainer.evaluate([toyBatch({ labels: Float32Array.of(0, 1, 7, 0) })])).rejects.toThrow("7");
    await expect(
      inEvaluation(net, () => {
        expect(modes()).toEqual([false, false, false, false]);
        return Promise.reject(new Error("broken"));
      }),
    ).rejects.toThrow("broken");
    expect(modes()).toEqual([true, false, true, true]);
  });

  it("of a whole network in evaluation mode become training", async () => {
    const net = toyNetwork().eval();
    await new Trainer(toyOptions(net)).run({ epochs: 1 });
    expect(net.namedModules().every(([, { training }]) => training)).toBe(true);
  });

  it("pass from a dense layer to the sparse one in its place", async () => {
    const { net, modes } = mixed();
    net.layers[0]!.eval();
    await sparsify(net, { density: 0.5 });
    expect(modes()).toEqual([false, false, true, true]);
  });
});

describe.each(BACKENDS)("what is not finite is named for what it is on %s", (backend) => {
  withEngine(backend);

  it("inputs and targets, though spikes would hide them", async () => {
    const { inputs, labels } = toyBatch();
    const trainer = (more: Partial<TrainerOptions> = {}): Trainer =>
      new Trainer(toyOptions(toyNetwork(), more));
    const bad = toyBatch({ inputs: spoilt(inputs, 2 * FEATURES + 3, NaN) });
    const found = "got NaN in sample 2, at [2, 3] of [4, 6]. Look for it in the data and what prepares them.";
    expect(await failure(trainer().evaluate([toyBatch(), bad]))).toBe(
      `Trainer: expected the inputs to be finite in batch 2 of the evaluation, ${found}`,
    );
    expect(await failure(trainer({ batches: () => [bad] }).run({ epochs: 1 }))).toBe(
      `Trainer: expected the inputs to be finite at epoch 1, batch 1 (step 1), ${found}`,
    );
    const last = spoilt(new Float32Array(2 * SIZE * FEATURES - 2), 2 * SIZE * FEATURES - 3, -Infinity);
    const frames = { shape: [2, SIZE, FEATURES], inputs: Float32Array.of(...last, 0, 0) };
    const sequences = trainer({ encode: undefined }).evaluate([toyBatch(frames)]);
    expect(await failure(sequences)).toContain("got -Infinity in sample 3, at [1, 3, 3] of [2, 4, 6]");
    const targets = spoilt(new Float32Array(2 * SIZE).fill(0.5), 5, NaN);
    expect(await failure(trainer().evaluate([toyBatch({ targets })]))).toContain(
      "expected finite targets in batch 1 of the evaluation, got NaN for sample 2.",
    );
    const unlabelled = toyBatch({ labels: spoilt(labels, 1, NaN) });
    expect(await failure(trainer().evaluate([unlabelled]))).toContain("got NaN for sample 1");
  });

  it("parameters and running statistics in an evaluation", async () => {
    const net = new Sequential({
      norm: new BatchNorm(FEATURES),
      fc: new Linear(FEATURES, 2),
      lif: new LIF(),
    });
    const trainer = new Trainer(toyOptions(net));
    (net.get("norm") as BatchNorm).runningVar.set(spoilt(new Float32Array(FEATURES).fill(1), 2, NaN));
    expect(await failure(trainer.evaluate([toyBatch()]))).toContain("got others in buffer norm.runningVar.");
    (net.get("fc") as Linear).bias!.set([NaN, 0]);
    expect(await failure(trainer.evaluate([toyBatch()]))).toContain("got others in parameter fc.bias.");
  });

  // The reference computes in float64, where these numbers are no trouble.
  it.skipIf(backend === "reference")("the layer or the predictions of an evaluation", async () => {
    const layer = (inputs: number): Linear => {
      const linear = new Linear(inputs, 2);
      linear.weight.set(new Float32Array(2 * inputs).fill(3e38));
      return linear;
    };
    const huge = new Sequential({ fc1: layer(FEATURES), fc2: layer(2) });
    expect(await failure(new Trainer(toyOptions(huge)).evaluate([toyBatch()]))).toContain(
      "first not finite: the output of Sequential.fc1 (Linear).",
    );
    const predict = (output: Tensor): Tensor => scale(scale(meanOverTime(output), 3e38), 3e38);
    expect(await failure(new Trainer(toyOptions(toyNetwork(), { predict })).evaluate([toyBatch()]))).toMatch(
      /expected finite predictions in batch 1 of the evaluation, got -?Infinity for class \d of sample 0\./,
    );
  });

  it.each([
    ["LIF", (surrogate: ReturnType<typeof customSurrogate>) => new LIF({ surrogate })],
    ["ALIF", (surrogate: ReturnType<typeof customSurrogate>) => new ALIF({ surrogate })],
  ])("a custom surrogate of %s whose derivative is none", async (name, neuron) => {
    for (const value of [undefined, NaN, Infinity, "1", 1e300]) {
      const surrogate = customSurrogate({ name: "mine", derivative: () => value as number });
      const net = new Sequential(new Linear(FEATURES, 8), neuron(surrogate), new Linear(8, 2));
      const message = await failure(new Trainer(toyOptions(net)).run({ epochs: 1 }));
      expect(message).toMatch(
        new RegExp(
          `^Sequential.1 \\(${name}\\): expected a finite derivative of the surrogate "mine" at z = -?[0-9.e-]+, got ${String(value).replace("+", "\\+")}\\. `,
        ),
      );
    }
  });
});

describe("firing rates and warnings", () => {
  withEngine("wasm");
  const warnings = collectWarnings();

  async function epoch(net: Module, more: Partial<TrainerOptions> = {}): Promise<Metrics[]> {
    const seen: Metrics[] = [];
    await new Trainer(toyOptions(net, { onEpoch: ({ train }) => void seen.push(train), ...more })).run({
      epochs: 2,
    });
    return seen;
  }

  it("are measured in epochs of any length, in the first of every ten batches", async () => {
    for (const { firingRate } of await epoch(toyNetwork())) {
      expect(Object.keys(firingRate!.layers)).toEqual(["lif"]);
      expect(firingRate!.mean).toBeGreaterThan(0);
    }
    const net = toyNetwork();
    let counted = 0;
    Object.defineProperty(net.get("lif"), "stepSpikes", { get: () => (counted++, []) });
    await epoch(net, { batches: () => Array.from({ length: 11 }, () => toyBatch()) });
    expect(counted).toBe(4);
  });

  it("are absent without spiking layers, and for layers that did not run", async () => {
    for (const { firingRate } of await epoch(new Linear(FEATURES, 2))) expect(firingRate).toBeUndefined();
    class Skips extends Module {
      readonly fc = new Linear(FEATURES, 2);
      readonly lif = new LIF({ vThreshold: 0.1 });
      readonly skipped = new LIF();
      forward(x: Tensor): Tensor {
        return this.lif.forward(this.fc.forward(x));
      }
    }
    for (const { firingRate } of await epoch(new Skips())) {
      expect(Object.keys(firingRate!.layers)).toEqual(["lif"]);
    }
  });

  it("tell of layers without spikes, in training and evaluation", async () => {
    const silent = (): Sequential => {
      const net = toyNetwork();
      (net.get("fc1") as Linear).weight.set(new Float32Array(8 * FEATURES).fill(-1));
      return net;
    };
    await epoch(silent());
    const heard = warnings().length;
    expect(heard).toBe(2);
    expect(warnings()[0]).toMatch(
      /^Trainer: expected spikes from every layer, got none from lif\. Layers behind/,
    );
    await new Trainer(toyOptions(silent())).evaluate([toyBatch()]);
    expect(warnings().length).toBe(heard + 1);
    await epoch(toyNetwork());
    expect(warnings().length).toBe(heard + 1);
  });

  it("tell of a loss beyond all measure", async () => {
    const net = new Linear(FEATURES, 2);
    const inputs = toyBatch().inputs.map((value) => 1e10 * value);
    await epoch(net, { batches: () => [toyBatch({ inputs })], clipNorm: 1e-3 });
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toMatch(
      /^Trainer: expected a loss below \d+ at epoch 1, batch 1 \(step 1\), got [\d.e+]+\. Little is learned/,
    );
  });
});
