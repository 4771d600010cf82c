/** Every network trains, on data that are made up: shapes fit, everything that can learn does, the loss falls. */
import { createEngine, Random, type Engine, type Tensor } from "@myelin/core";
import type { SequenceDataset } from "@myelin/data";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scoresBothWays } from "../../test/opened.ts";
import { parseRecipe, type Recipe } from "../recipe/index.ts";
import { MethodWatch } from "./method-watch.ts";
import { buildModel, type Model } from "../model/index.ts";
import { buildTraining, buildUpdates, type Training } from "./trainer.ts";
import { recordActivity } from "./activity.ts";
import { recordingAccuracy } from "./clips.ts";
import { confusionOf, predictClasses } from "./predictions.ts";
import type { SampleRecord } from "../records/index.ts";
import { samplesSchema } from "../records/samples.ts";
import { recordSamples } from "./observe/index.ts";
import { createDataset } from "@myelin/data";
import { taskOf } from "./task.ts";
import { evaluationBatches, type Splits } from "./data/index.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ wasm: { threads: 1 }, seed: 5 });
});
afterAll(() => engine.dispose());

const CLASSES = 3;
const COUNT = 24;

/** Sequences in which the class decides where spikes are likely. */
function sequences(stepShape: readonly number[], steps: number): SequenceDataset {
  const features = stepShape.reduce((product, n) => product * n, 1);
  const labels = Uint8Array.from({ length: COUNT }, (_, n) => n % CLASSES);
  const sample = (n: number): Float32Array => {
    const random = new Random(n);
    return Float32Array.from({ length: steps * features }, (_, i) =>
      Number(random.uniform() < ((i + n) % CLASSES === 0 ? 0.8 : 0.1)),
    );
  };
  const dataset = (members: readonly number[]): SequenceDataset => ({
    name: "made up",
    count: members.length,
    classes: CLASSES,
    classNames: ["a", "b", "c"],
    labels: Uint32Array.from(members, (n) => labels[n]!),
    stepShape,
    collate(indices) {
      const chosen = Array.from(indices, (index) => sample(members[index]!));
      const data = new Float32Array(steps * chosen.length * features);
      chosen.forEach((values, b) => {
        for (let t = 0; t < steps; t++) {
          data.set(values.subarray(t * features, (t + 1) * features), (t * chosen.length + b) * features);
        }
      });
      return { data, steps };
    },
    select: (indices) => dataset(Array.from(indices, (index) => members[index]!)),
  });
  return dataset(Array.from({ length: COUNT }, (_, n) => n));
}

interface Made {
  readonly recipe: Recipe;
  readonly model: Model;
  readonly training: Training;
  readonly splits: Splits;
  readonly losses: number[];
}

async function make(network: object, stepShape: readonly number[], more: object = {}): Promise<Made> {
  const images = stepShape.length === 3;
  const recipe = parseRecipe(
    JSON.stringify({
      name: "smoke",
      data: images ? { name: "nmnist" } : { name: "shd" },
      ...(images && { timeSteps: 4 }),
      network: { neuron: { type: "LIF", tau: 2, decayInput: false, vThreshold: 0.3 }, ...network },
      loss: { type: "rateCrossEntropy" },
      optimizer: { type: "adam", lr: 0.01 },
      epochs: 4,
      batchSize: 8,
      ...more,
    }),
  );
  const samples = createDataset(sequences(stepShape, images ? 4 : 9));
  const splits = { train: samples, validation: undefined, test: samples };
  const model = await buildModel(recipe, taskOf(samples));
  const losses: number[] = [];
  const updates = await buildUpdates(model, samples);
  const training = buildTraining(model, updates, splits, {
    onEpoch: ({ train }) => void losses.push(train.loss),
  });
  return { recipe, model, training, splits, losses };
}

async function values(tensors: readonly Tensor[]): Promise<number[][]> {
  return Promise.all(tensors.map(async (tensor) => Array.from(await tensor.data())));
}

const IMAGE = [2, 16, 16];
const attention = {};

describe("every network", () => {
  it.each<[string, object, readonly number[], object]>([
    ["mlp", { type: "mlp", hidden: [16], batchNorm: true, output: "potential" }, IMAGE, {}],
    ["plif-net", { type: "plif-net", channels: [4, 6], hidden: [12], vote: 2, dropout: 0 }, IMAGE, {}],
    [
      "plif-net with attention",
      { type: "plif-net", channels: [4], hidden: [], vote: 1, attention },
      IMAGE,
      {},
    ],
    ["asa-three-layer", { type: "asa-three-layer", channels: [4, 4, 4], hidden: [16], attention }, IMAGE, {}],
    [
      "asa-five-layer",
      { type: "asa-five-layer", channels: [4, 4, 4], hidden: [8], vote: 2, attention },
      IMAGE,
      {},
    ],
    ["vggsnn", { type: "vggsnn", width: 2, attention }, IMAGE, {}],
    ["resnet19", { type: "resnet19", width: 4 }, IMAGE, {}],
    ["delay-net", { type: "delay-net", hidden: [12, 12], maxDelay: 5 }, [10], {}],
    ["delay-net with two bumps", { type: "delay-net", hidden: [12], maxDelay: 5, kernelCount: 2 }, [10], {}],
    ["delay-net of triangles", { type: "delay-net", hidden: [12], maxDelay: 5, version: "max" }, [10], {}],
    ["delay-net by axon", { type: "delay-net", hidden: [12], maxDelay: 5, per: "axon" }, [10], {}],
    ["delay-net with fixed delays", { type: "delay-net", hidden: [12], maxDelay: 5, learn: false }, [10], {}],
    ["delay-net without delays", { type: "delay-net", hidden: [12], maxDelay: 5, per: "none" }, [10], {}],
    [
      "convolution with delays",
      {
        type: "sequential",
        layers: [
          { delayConv2d: { outChannels: 4, kernelSize: 3, stride: 2, padding: 1, maxDelay: 3 } },
          { batchNorm: {} },
          { attention: {} },
          { neuron: {} },
          { flatten: {} },
          { linear: { outFeatures: "classes" } },
        ],
      },
      IMAGE,
      {},
    ],
    [
      "sparse delay-net",
      { type: "delay-net", hidden: [12, 12], maxDelay: 5 },
      [10],
      { structure: { density: 0.4, grow: "gradient", updateInterval: 2 } },
    ],
    [
      "a network that deep rewiring changes",
      { type: "mlp", hidden: [20], batchNorm: true, output: "potential" },
      IMAGE,
      { structure: { density: 0.3, prune: "deepR" } },
    ],
    [
      "sparse convolutions",
      { type: "vggsnn", width: 4 },
      IMAGE,
      { structure: { density: 0.4, distribution: "er", prune: "set", updateInterval: 2 } },
    ],
  ])("%s learns", async (_, network, stepShape, more) => {
    const { model, training, splits, losses } = await make(network, stepShape, more);
    const parameters = model.network.parameters();
    const before = await values(parameters);
    await training.trainer.run({ epochs: 4 });
    const after = await values(parameters);
    expect(losses).toHaveLength(4);
    expect(losses[3]).toBeLessThan(losses[0]!);
    expect(before.filter((was, i) => was.join() === after[i]!.join())).toEqual([]);
    const { samples } = await recordSamples(model, splits.test);
    expect(samples.map(({ label }) => label)).toEqual(["a", "a", "a", "a", "b", "b", "b", "c", "c", "c"]);
    expect(samples[0]!.layers.length).toBeGreaterThan(0);
    expect(samples[0]!.scores!.of).toBe(CLASSES);
    const { counts } = confusionOf(await predictClasses(model, splits.test), splits.test);
    const right = counts.reduce((sum, row, k) => sum + row[k]!, 0);
    const { accuracy } = await training.trainer.evaluate(evaluationBatches(splits.test, 8));
    expect(right / COUNT).toBe(accuracy);
    expect(samplesSchema.parse(JSON.parse(JSON.stringify({ samples })))).toMatchObject({ samples });
    expect((await recordActivity(model, splits.test)).dense).toBeGreaterThan(0);
    const [batch] = splits.test.batches({ batchSize: 8 });
    const scores = await scoresBothWays(engine, { model, task: taskOf(splits.test), batch: batch! });
    expect(scores.opened).toEqual(scores.model);
  });
});

/** What is recorded of the first sample. */
async function recordFirst({ model, splits }: Pick<Made, "model" | "splits">): Promise<SampleRecord> {
  const { samples } = await recordSamples(model, splits.test);
  return samples[0]!;
}

describe("what methods leave behind", () => {
  it("sigma falls over the first part of the epochs, positions move, histograms count all synapses", async () => {
    const { model, training } = await make({ type: "delay-net", hidden: [12], maxDelay: 5 }, [10], {
      delays: { sigmaInit: 2, fraction: 0.5 },
      optimizer: { type: "adam", lr: 0.01, positions: { lr: 0.1 } },
    });
    const watch = await MethodWatch.begin(model, training);
    const sigma: number[] = [];
    for (let epoch = 1; epoch <= 4; epoch++) {
      await training.trainer.run({ epochs: epoch });
      const line = await watch.endEpoch(epoch);
      sigma.push(line.sigma!["fc1"]!);
      expect(line.delayMoves!["fc1"]).toBeGreaterThan(0);
    }
    const halfway = 2 * Math.sqrt(0.23 / 2) + 0.27;
    [2.27, halfway, 0.5, 0.5].forEach((expected, i) => expect(sigma[i]).toBeCloseTo(expected, 5));
    const { delays } = (await watch.pictures())!;
    expect(delays!.map(({ name }) => name)).toEqual(["fc1", "fc2"]);
    for (const counts of [delays![0]!.before, delays![0]!.after]) {
      expect(counts).toHaveLength(5);
      expect(counts.reduce((sum, n) => sum + n, 0)).toBe(10 * 12);
    }
  });

  it("density stays, connections turn over, and the first layer's pixels are counted", async () => {
    const network = { type: "mlp", hidden: [20], batchNorm: true, output: "potential" };
    const structure = { density: 0.2, distribution: "uniform", updateInterval: 2, end: 1 };
    const { model, training } = await make(network, IMAGE, { structure });
    expect(model.parameters).toBe(512 * 20 + 20 + 40 + 20 * 3 + 3);
    expect(model.activeParameters).toBe(0.2 * (512 * 20 + 20 * 3) + 20 + 40 + 3);
    const watch = await MethodWatch.begin(model, training);
    await training.trainer.run({ epochs: 4 });
    const { density, turnover, everActive } = await watch.endEpoch(4);
    expect(density).toEqual({ fc1: 0.2, fc2: 0.2 });
    expect(turnover!["fc1"]).toBeGreaterThan(0);
    expect(everActive!["fc1"]).toBeGreaterThan(0.2);
    const { inputMaps } = (await watch.pictures())!;
    expect(inputMaps!.map(({ epoch }) => epoch)).toEqual([0, 4]);
    for (const { connections } of inputMaps!) {
      expect(connections).toHaveLength(16 * 16);
      expect(connections.reduce((sum, n) => sum + n, 0)).toBe(0.2 * 512 * 20);
    }
  });

  it("shows what reaches a neuron through its delays", async () => {
    const { model, splits } = await make({ type: "delay-net", hidden: [6], maxDelay: 5 }, [10]);
    const { arrivals, units, steps } = await recordFirst({ model, splits });
    expect([steps, units?.units]).toEqual([9, 10]);
    expect(arrivals).toMatchObject({ layer: "fc1", steps: 11 });
    expect(arrivals!.connections.map(({ delay }) => delay >= 0 && delay < 5)).not.toContain(false);
    const weights = arrivals!.connections.map(({ weight }) => Math.abs(weight));
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
  });

  it("counts recordings by their clips", async () => {
    const { model, splits } = await make({ type: "mlp", hidden: [8], output: "potential" }, IMAGE);
    const predicted = await predictClasses(model, splits.test);
    expect(recordingAccuracy(predicted, splits.test)).toEqual({});
    const { labels } = splits.test;
    // The three clips of a recording are of three classes here: at most one of them is right.
    expect(recordingAccuracy(predicted, { labels, clips: 3 })).toEqual({ recordingAccuracy: 0 });
    const half = Array.from(labels, (label, i) => (i < COUNT / 2 ? label : label + 1));
    expect(recordingAccuracy(half, { labels, clips: 3 })).toEqual({ recordingAccuracy: 0.5 });
  });

  it("shows both gates of every attention layer over the frames", async () => {
    const { model, splits } = await make({ type: "vggsnn", width: 2, attention }, IMAGE);
    const { attention: gates, frames } = await recordFirst({ model, splits });
    expect(frames).toMatchObject({ channels: 2, height: 16, width: 16 });
    expect(frames!.slices).toHaveLength(4);
    expect(gates!.map(({ width }) => width)).toEqual([16, 16, 8, 8, 4, 4, 2, 2]);
    for (const { planes } of gates!) {
      expect(planes).toMatchObject({ steps: 4 });
      expect(planes!.weights).toHaveLength(4 * planes!.channels);
      expect(new Set(planes!.weights)).toEqual(new Set([0, 1]));
    }
    const inside = gates!
      .flatMap(({ important, rest }) => [...important, ...rest])
      .filter((g) => g > 0 && g < 1);
    expect(inside).toHaveLength(2 * 2 * (256 + 64 + 16 + 4));
  });
});
