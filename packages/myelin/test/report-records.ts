/** Records of runs for tests of reports: one of every kind of network. */
import { parseRecipe, type Recipe } from "../src/recipe/index.ts";
import type {
  EpochMetrics,
  LayerActivity,
  Result,
  RunRecord,
  SampleRecord,
  SamplesRecord,
  ScoresRecord,
  TrainingMetrics,
} from "../src/records/index.ts";

/** Numbers that look random and are always the same. */
function wave(i: number): number {
  return Math.abs(Math.sin(12.9898 * i) * 43758.5453) % 1;
}

function list<T>(length: number, make: (i: number) => T): T[] {
  return Array.from({ length }, (_, i) => make(i));
}

const LAYERS = ["neuron1", "neuron2"];

function recipeOf(data: string, network: string, more = ""): Recipe {
  return parseRecipe(`{
    name: demo, data: ${data}, epochs: 12, batchSize: 10, ${more}
    network: ${network}, optimizer: { type: adam, lr: 0.003 } }`);
}

function byLayer(value: (i: number) => number): Record<string, number> {
  return Object.fromEntries(LAYERS.map((name, i) => [name, value(i)]));
}

/** Twelve epochs, and steps within them. */
export function metricsOf(more: (epoch: number) => Partial<EpochMetrics> = () => ({})): RunRecord["metrics"] {
  return list(12, (i) => {
    const epoch = i + 1;
    const shared = { epoch, trainLoss: 1 / epoch, trainAccuracy: 0.3 + 0.05 * epoch, seconds: epoch };
    const steps: TrainingMetrics = { kind: "steps", ...shared, step: 10 * i + 5, lr: 0.0021 + 0.0001 * i };
    const line: EpochMetrics = {
      ...{ kind: "epoch", ...shared, step: 10 * epoch, lr: 0.003, validationAccuracy: 0.4 + 0.04 * epoch },
      ...{ validationLoss: 1.2 / epoch, trainSamplesPerSecond: 1000 },
      firingRate: { mean: 0.1, layers: byLayer((k) => 0.1 + 0.02 * k) },
      ...more(epoch),
    };
    return [steps, line];
  }).flat();
}

const energy = { operations: 1e-6, neurons: 1e-8, memory: 1.5e-6, total: 2.51e-6 };

/** A result of a run of twelve epochs. */
export const RESULT: Result = {
  ...{ name: "demo", data: "demo set", testAccuracy: 0.9123, testLoss: 0.2, validationAccuracy: 0.88 },
  ...{
    epochs: 12,
    seconds: 125,
    trainSamplesPerSecond: 960,
    parameters: 1_650_042,
    activeParameters: 165_004,
  },
  ...{ seed: 1, backend: "reference", peakMemoryBytes: 2 ** 25, checkpointBytes: 2_961_500 },
  firingRate: { mean: 0.1, layers: byLayer((k) => 0.1 + 0.02 * k) },
  samples: { train: 900, validation: 100, test: 500 },
  testPart: { used: 500, of: 10_000, chosen: "first" },
  activity: {
    ...{ samples: 500, spikes: 1234.4, nasfr: 0.0625, dense: 2e6, mac: 1e5, ac: 2e5 },
    energy: { spiking: energy, dense: energy },
    energyNotes: ["float32 arithmetic in 45 nm", "moving and queueing spikes is left out"],
  },
};

const CLASSES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** A layer that charges, fires and is reset. */
function layerOf(
  name: string,
  neurons: number,
  steps: number,
  more: Partial<LayerActivity> = {},
): LayerActivity {
  const potential = list(steps, (t) => 0.2 + 1.2 * wave(t + neurons));
  return {
    ...{ name, steps, neurons, threshold: 1 },
    raster: list(Math.min(64, neurons), (i) => ({
      neuron: Math.floor((i * neurons) / Math.min(64, neurons)),
      spikes: list(steps, (t) => t).filter((t) => wave(i * steps + t) > 0.8),
    })),
    traces: [0, 3].map((neuron) => ({
      ...{ neuron, potential },
      after: potential.map((value) => (value >= 1 ? 0 : value)),
    })),
    ...more,
  };
}

function scoresOf(steps: number): ScoresRecord {
  const classes = CLASSES.slice(0, 4).map((name, k) => ({
    ...{ name, score: 0.8 - 0.3 * k },
    outputs: list(steps, (t) => wave(7 * t + k) - 0.3),
  }));
  return { classes, of: CLASSES.length };
}

/** A sample of each of three classes. */
function samplesOf(steps: number, more: Partial<SampleRecord>): SamplesRecord {
  const samples = [0, 4, 9].map((index, i) => ({
    ...{ index, label: CLASSES[index] ?? "", predicted: CLASSES[i === 1 ? 9 : index] ?? "", steps },
    layers: [layerOf("neuron1", 512, steps), layerOf("neuron2", 40, steps, { perClass: 4 })],
    scores: scoresOf(steps),
    ...more,
  }));
  return { version: 1, classNames: CLASSES, samples };
}

/** Ten classes that are confused at times. */
const CONFUSION = {
  version: 1,
  classNames: CLASSES,
  counts: CLASSES.map((_, y) => CLASSES.map((__, x) => (x === y ? 45 : Math.floor(3 * wave(x + 10 * y))))),
};

const NEURON = "{ type: LIF, tau: 2 }";
const image = {
  ...{ channels: 3, height: 16, width: 16 },
  pixels: list(3 * 256, (i) => Math.floor(255 * wave(i))),
};
const frames = {
  ...{ channels: 2, height: 16, width: 16 },
  slices: list(5, (i) => ({
    ...{ from: 2 * i, to: 2 * i + 2 },
    values: list(512, (k) => Math.floor(1.2 * wave(k + i)) * 3),
  })),
};
const attention = [
  {
    ...{ name: "attention1", height: 16, width: 16 },
    important: list(256, (i) => 0.4 + 0.3 * wave(i)),
    rest: list(256, (i) => 0.4 + 0.1 * wave(3 * i)),
    planes: { steps: 10, channels: 16, weights: list(160, (i) => Number(wave(i) > 0.5)) },
  },
];
const units = {
  units: 140,
  events: list(
    2000,
    (i) => [Math.floor(100 * wave(i)), Math.floor(140 * wave(i + 5000))] as [number, number],
  ),
};
const arrivals = {
  ...{ layer: "fc1", neuron: 5, steps: 112, fired: [30, 33, 60] },
  connections: list(16, (i) => ({
    ...{ input: 9 * i, weight: i % 3 === 0 ? -0.5 : 0.5, delay: i, spikes: list(8, (t) => 9 * t + i) },
  })),
};

const run = { result: RESULT, confusion: CONFUSION };

/** A finished run of each kind. */
export const RUNS = {
  plain: {
    ...run,
    recipe: recipeOf(
      "{ name: mnist, validation: 0.1 }",
      "{ type: mlp, neuron: { type: KLIF }, hidden: [512], vote: 4 }",
      "timeSteps: 6,",
    ),
    metrics: metricsOf((epoch) => ({ k: byLayer((i) => 1 + (i === 0 ? 0.02 : -0.01) * epoch) })),
    samples: samplesOf(6, { image }),
  },
  conv: {
    ...run,
    recipe: recipeOf(
      "{ name: cifar10 }",
      `{ type: vggsnn, neuron: { type: PLIF }, width: 8 }`,
      "timeSteps: 6,",
    ),
    metrics: metricsOf((epoch) => ({ tau: byLayer((i) => 2 + 0.1 * i * epoch) })),
    samples: samplesOf(6, {
      image,
      layers: list(8, (i) => layerOf(`features.block${i + 1}.neuron`, 4096 >> i, 6)),
    }),
  },
  delays: {
    ...run,
    recipe: recipeOf(
      "{ name: shd }",
      `{ type: delay-net, neuron: ${NEURON}, hidden: [256], maxDelay: 25 }`,
      "loss: { type: sumSoftmaxCrossEntropy },",
    ),
    metrics: metricsOf((epoch) => ({
      sigma: { fc1: 12 / epoch, fc2: 12 / epoch },
      delayMoves: { fc1: 0.5, fc2: 0.1 },
    })),
    pictures: {
      version: 1,
      delays: ["fc1", "fc2"].map((name) => ({
        ...{ name, before: list(25, () => 1400), after: list(25, (i) => 1200 + 400 * wave(i)) },
      })),
    },
    samples: samplesOf(100, {
      units,
      arrivals,
      layers: [layerOf("neuron1", 256, 112), layerOf("neuron2", 256, 124)],
    }),
  },
  attention: {
    ...run,
    recipe: recipeOf(
      "{ name: nmnist, frames: { splitBy: number } }",
      `{ type: asa-three-layer, neuron: ${NEURON}, attention: {} }`,
      "timeSteps: 10,",
    ),
    metrics: metricsOf(),
    samples: samplesOf(10, { frames, attention }),
  },
  sparse: {
    ...run,
    recipe: recipeOf(
      "{ name: fashion-mnist }",
      `{ type: mlp, neuron: ${NEURON}, hidden: [1000, 1000] }`,
      "timeSteps: 4, structure: { density: 0.1 },",
    ),
    metrics: metricsOf((epoch) => ({
      ...{ density: { fc1: 0.1, fc2: 0.08, fc3: 1 }, turnover: { fc1: 0.3 / epoch, fc2: 0.1, fc3: 0 } },
      everActive: { fc1: 0.1 + 0.02 * epoch, fc2: 0.1, fc3: 1 },
    })),
    pictures: {
      version: 1,
      inputMaps: [0, 3, 6, 12].map((epoch) => ({
        ...{ epoch, height: 28, width: 28, connections: list(784, (i) => Math.floor(200 * wave(i + epoch))) },
      })),
    },
    samples: samplesOf(4, { image }),
  },
  unfinished: {
    recipe: recipeOf("{ name: mnist }", `{ type: mlp, neuron: ${NEURON}, hidden: [64] }`, "timeSteps: 4,"),
    metrics: metricsOf().slice(0, 2),
  },
} satisfies Record<string, RunRecord>;
