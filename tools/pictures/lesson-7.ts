/** The picture of lesson 7: what a stream has come to after each step. */
import { Adam, buildNetwork, createEngine, rateCrossEntropy, Trainer } from "@myelin/core";
import { createDataset, type ImageDataset, loadDataset, selectSamples } from "@myelin/data";
import { PERCENT } from "../../packages/myelin/src/report/scale.ts";
import { figure } from "./figure.ts";
import { linePlot } from "./lines.ts";
import { numbers } from "./numbers.ts";
import type { Picture } from "./picture.ts";

export const LESSON_7: readonly Picture[] = [{ name: "7-stream", cost: "slow", draw: stream }];

const [COUNT, STEPS] = [100, 6];

async function stream(): Promise<string> {
  const engine = await createEngine({ seed: 1, wasm: { threads: 1 } });
  const mnist = await loadDataset("mnist", { split: "train" });
  const network = await trained(selectSamples(mnist, numbers(0, 500)));
  const unseen = selectSamples(mnist, numbers(500, 500 + COUNT));
  const input = Float32Array.from(unseen.images, (value) => value / 255);
  const steps = network.eval().stream({ batch: COUNT, input: [1, 28, 28] });
  const total = new Float32Array(10 * COUNT);
  const points: [number, number][] = [];
  for (let t = 1; t <= STEPS; t++) {
    const output = await steps.step(input).data();
    output.forEach((value, i) => (total[i]! += value));
    points.push([t, rightOf(total, unseen.labels) / COUNT]);
  }
  steps.dispose();
  await engine.dispose();
  const axes = {
    x: { label: "time steps seen", min: 1, whole: true },
    y: { label: "read right", ...PERCENT, min: 0, max: 1 },
  };
  return figure("How many of a hundred images are read right after each step", [
    { picture: linePlot([{ points }], axes) },
  ]);
}

async function trained(images: ImageDataset) {
  const neuron = { type: "LIF", tau: 2, decayInput: false, surrogate: { type: "atan" } } as const;
  const network = await buildNetwork({
    input: [1, 28, 28],
    layers: [
      { name: "flatten1", type: "flatten" },
      { name: "fc1", type: "linear", outFeatures: 64 },
      { name: "repeat1", type: "repeat", steps: STEPS },
      { name: "neuron1", type: "neuron", neuron },
      { name: "fc2", type: "linear", outFeatures: 10 },
    ],
  });
  const data = createDataset(images);
  await new Trainer({
    network,
    optimizer: new Adam(network.parameters(), { lr: 0.005 }),
    loss: (output, labels) => rateCrossEntropy(output, labels),
    batches: (epoch) => data.batches({ batchSize: 25, shuffle: true, seed: 1, epoch }),
  }).run({ epochs: 3 });
  return network;
}

/** How many of the largest scores are those of the labels. */
function rightOf(scores: Float32Array, labels: ArrayLike<number>): number {
  return Array.from(labels).filter((label, i) => {
    const own = scores.subarray(10 * i, 10 * i + 10);
    return own.indexOf(Math.max(...own)) === label;
  }).length;
}
