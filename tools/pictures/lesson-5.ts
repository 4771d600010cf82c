/** Pictures of lesson 5: where connections go, and what attention leaves of the spikes. */
import {
  Adam,
  AdvancedSpatialAttention,
  createEngine,
  Flatten,
  LIF,
  Linear,
  type Module,
  rateCrossEntropy,
  RepeatOverTime,
  Sequential,
  Trainer,
} from "@myelin/core";
import { type SparseLinear, sparsify, StructureEvolution } from "@myelin/core/sparse";
import { createDataset, type Dataset, loadDataset, selectSamples } from "@myelin/data";
import { barChart } from "../../packages/myelin/src/report/bar-chart.ts";
import { largest, squares } from "../../packages/myelin/src/report/squares.ts";
import { digitFrames, digitLayers } from "./digits.ts";
import { figure } from "./figure.ts";
import { linePlot } from "./lines.ts";
import { numbers, ratesOverTime } from "./numbers.ts";
import type { Picture } from "./picture.ts";

export const LESSON_5: readonly Picture[] = [
  { name: "5-structure", cost: "slow", draw: structure },
  { name: "5-attention", cost: "slow", draw: attention },
];

const [EPOCHS, BATCH, COUNT] = [4, 25, 1000];

/** The lesson's sparse network with RigL's exchange. */
async function structure(): Promise<string> {
  const train = createDataset(
    selectSamples(await loadDataset("mnist", { split: "train" }), numbers(0, COUNT)),
  );
  const engine = await createEngine({ seed: 1, wasm: { threads: 1 } });
  const network = new Sequential({
    flatten: new Flatten(),
    fc1: new Linear(784, 256),
    repeat: new RepeatOverTime(4),
    neuron1: new LIF({ tau: 2, decayInput: false, surrogate: "atan" }),
    fc2: new Linear(256, 10),
  });
  await sparsify(network, { density: 0.02, exclude: ["fc2"] });
  const optimizer = new Adam(network.parameters(), { lr: 0.003 });
  const evolution = new StructureEvolution(network, optimizer, {
    ...({ prune: "magnitude", grow: "gradient" } as const),
    ...{ updateInterval: 8, totalSteps: (EPOCHS * COUNT) / BATCH, fraction: 0.5 },
  });
  const before = connectionsPerPixel(network);
  await new Trainer({ network, optimizer, evolution, ...learning(train, BATCH) }).run({ epochs: EPOCHS });
  const after = connectionsPerPixel(network);
  await engine.dispose();
  const full = Math.max(largest(before), largest(after));
  const map = (title: string, values: readonly number[], colour: "s0" | "s1") => ({
    ...{ title, width: 190 },
    picture: squares(title, [{ width: 28, height: 28, values, colour, full }]),
  });
  return figure(
    "Connections of each pixel before and after training with RigL, and how many pixels have how many",
    [
      map("connections before", before, "s0"),
      map("connections after", after, "s1"),
      { title: "How many pixels have so many connections", picture: histogram(before, after, full) },
    ],
    {
      legend: [
        { name: "before training", look: 0 },
        { name: "after", look: 1 },
        { name: "darker: more connections", look: "muted" },
      ],
    },
  );
}

function connectionsPerPixel(network: Sequential): number[] {
  const { columns, places } = (network.get("fc1") as SparseLinear).pattern;
  const counts = new Array<number>(columns).fill(0);
  for (const place of places) counts[place % columns]! += 1;
  return counts;
}

function histogram(before: readonly number[], after: readonly number[], most: number) {
  const groups = numbers(0, most + 1);
  const count = (values: readonly number[]) =>
    groups.map((n) => values.filter((value) => value === n).length);
  const series = [
    { name: "before training", values: count(before) },
    { name: "after", values: count(after) },
  ];
  return barChart(groups.map(String), series, { label: "pixels" }, "connections of a pixel").picture!;
}

/** The lesson's network without attention and with it. */
async function attention(): Promise<string> {
  const [train, test] = await digitFrames({ shotNoiseHz: 15 });
  const rates: (readonly [number, number])[][] = [];
  for (const attends of [false, true]) {
    const engine = await createEngine({ seed: 1, wasm: { threads: 1 } });
    const network = new Sequential(...layers(attends));
    const optimizer = new Adam(network.parameters(), { lr: 0.005 });
    await new Trainer({ network, optimizer, ...learning(train, 10) }).run({ epochs: 4 });
    rates.push(...(await engine.step(() => ratesOverTime(network, test))));
    await engine.dispose();
  }
  const plot = (layer: number, title: string) => ({
    title,
    picture: linePlot([{ points: rates[layer]! }, { points: rates[layer + 2]! }], {
      ...{ x: { label: "time step", min: 1, whole: true }, y: { label: "firing rate", min: 0 } },
    }),
  });
  return figure(
    "Firing rates of both layers of neurons over the time steps, without attention and with it",
    [plot(0, "First layer of neurons"), plot(1, "Second layer of neurons")],
    {
      legend: [
        { name: "without attention", look: 0 },
        { name: "with attention", look: 1 },
      ],
    },
  );
}

function layers(attends: boolean): Module[] {
  const ahead = (channels: number): Module[] =>
    attends ? [new AdvancedSpatialAttention({ timeSteps: 4, channels })] : [];
  return [...digitLayers(ahead), new Linear(16 * 4 * 4, 10)];
}

function learning(train: Dataset, batchSize: number) {
  return {
    loss: rateCrossEntropy,
    batches: (epoch: number) => train.batches({ batchSize, shuffle: true, seed: 1, epoch }),
  };
}
