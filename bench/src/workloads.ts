/**
 * The workloads of the yardstick (peers/torch_baselines.py): the same names, sizes, densities and
 * meaning of a step. Each step takes the next of eight inputs and writes it into the engine, as there.
 */
import {
  Adam,
  backward,
  BatchNorm,
  Conv2d,
  crossEntropy,
  DelayLinear,
  Dropout,
  type Engine,
  Flatten,
  LeakyIntegrator,
  Linear,
  MaxPool2d,
  meanOverTime,
  meanSquaredError,
  type Module,
  Recurrent,
  Sequential,
  sumOverTime,
  sumSoftmaxCrossEntropy,
  type Tensor,
} from "@myelin/core";
import { oneHot, sum } from "@myelin/core/ops";
import { sparsify } from "@myelin/core/sparse";
import { loadEventDataset } from "@myelin/data";
import { delaysEvaluation, denseDelaysEvaluation } from "./evaluation.ts";
import { nirCnn } from "./nir-cnn.ts";
import { NEURON_WORKLOADS } from "./neurons.ts";
import { quickstartStream, shdDelaysStream } from "./streams.ts";
import {
  inTurn,
  labels,
  lif,
  normal,
  poisson,
  spikes,
  type Values,
  type Workload,
  type WorkloadFactory,
} from "./workload.ts";

/** One linear layer and LIF neurons, loss = number of spikes, no optimiser (Open Neuromorphic's benchmark). */
function layer(engine: Engine, n: number, density?: number): Workload {
  const [T, B] = [500, 16];
  const network = new Sequential(new Linear(n, n), lif(0.95));
  const next = inTurn([T, B, n], density ? spikes(engine, density) : normal(engine));
  const step = (): Promise<void> =>
    engine.step(() => {
      backward(sum(network.forward(next())));
      // As the yardstick's `zero_grad`: gradients do not add up over steps.
      for (const parameter of network.parameters()) parameter.grad = undefined;
    });
  return { batch: B, step };
}

/** Inputs [T, B, ...] and how to make the values of one. */
interface Inputs {
  readonly shape: readonly number[];
  readonly make: (length: number) => Values;
}

/** A classifier trained with Adam. */
function classifier(
  engine: Engine,
  network: Module,
  { shape, make }: Inputs,
  classes: number,
  lr: number,
  loss: (output: Tensor, y: Tensor) => Tensor,
): Workload {
  const B = shape[1] as number;
  const next = inTurn(shape, make);
  const y = labels(engine, B, classes);
  const optimizer = new Adam(network.parameters(), { lr });
  const step = (): Promise<void> =>
    engine.step(() => {
      backward(loss(network.forward(next()), y));
      optimizer.step();
    });
  return { batch: B, step };
}

function mnistMlp(engine: Engine): Workload {
  const network = new Sequential(new Linear(784, 128), lif(0.9), new Linear(128, 10), lif(0.9));
  const x = { shape: [25, 128, 784], make: spikes(engine, 0.13) };
  return classifier(engine, network, x, 10, 1e-3, (s, y) => crossEntropy(meanOverTime(s), y));
}

function shd128(engine: Engine): Workload {
  const bias = { bias: false };
  const network = new Sequential(
    ...[new Linear(128, 128, bias), lif(), new Linear(128, 128, bias), lif()],
    new Linear(128, 20, bias),
  );
  const x = { shape: [256, 256, 128], make: spikes(engine, 0.03) };
  return classifier(engine, network, x, 20, 5e-4, (o, y) =>
    crossEntropy(sumOverTime(o), y, { labelSmoothing: 0.3 }),
  );
}

/** Three layers with delays of 25 taps, of a constant width. */
function shdDelays(engine: Engine, sigma: number): Workload {
  const delay = { maxDelay: 25, sigmaInit: sigma - 0.27 };
  const hidden = (inputs: number): Module[] => {
    const dropout = new Dropout(0.4, { constantOverTime: false });
    return [new DelayLinear(inputs, 256, delay), new BatchNorm(256), lif(0.005, 5), dropout];
  };
  const readout = new LeakyIntegrator({ tau: 1 / 0.995, decayInput: false });
  const network = new Sequential(...hidden(140), ...hidden(256), new DelayLinear(256, 20, delay), readout);
  const x = { shape: [100, 128, 140], make: poisson(engine, 0.3) };
  return classifier(engine, network, x, 20, 1e-3, sumSoftmaxCrossEntropy);
}

const NMNIST_SHAPE = [10, 16, 2, 34, 34];

function nmnistConv(engine: Engine, make = poisson(engine, 0.12)): Workload {
  const x: Inputs = { shape: NMNIST_SHAPE, make };
  const conv = { kernelSize: 3, padding: 1, bias: false };
  const network = new Sequential(
    ...[new Conv2d(2, 32, conv), new BatchNorm(32), lif(), new MaxPool2d({ kernelSize: 2 })],
    ...[new Conv2d(32, 64, conv), new BatchNorm(64), lif(), new MaxPool2d({ kernelSize: 2 })],
    ...[new Flatten(), new Linear(64 * 64, 10), lif()],
  );
  return classifier(engine, network, x, 10, 1e-3, (s, y) => meanSquaredError(meanOverTime(s), oneHot(y, 10)));
}

/** The same on recordings of N-MNIST, in ten frames of as many events each. */
async function nmnistConvReal(engine: Engine): Promise<Workload> {
  const framing = { splitBy: "number", steps: 10 } as const;
  const recordings = await loadEventDataset("nmnist-raw", { split: "test", framing });
  let first = 0;
  return nmnistConv(engine, () => {
    const { data } = recordings.collate(
      Array.from({ length: 16 }, (_, i) => (first + 6 * i) % recordings.count),
    );
    first++;
    return Uint8Array.from(data);
  });
}

/** Two wide hidden layers; a density makes their weights sparse, unscaled as the yardstick's. */
export async function wideNetwork(density?: number): Promise<Module> {
  const network = new Sequential(
    ...[new Linear(784, 1000), lif(), new Linear(1000, 1000), lif()],
    new Linear(1000, 10),
  );
  if (density) await sparsify(network, { density, distribution: "uniform", exclude: ["4"], rescale: false });
  return network;
}

/** Inputs of the wide network. */
export function wideInputs(engine: Engine): Inputs {
  return { shape: [10, 128, 784], make: spikes(engine, 0.13) };
}

async function wideMlp(engine: Engine, density?: number): Promise<Workload> {
  const network = await wideNetwork(density);
  return classifier(engine, network, wideInputs(engine), 10, 1e-3, (o, y) =>
    crossEntropy(meanOverTime(o), y),
  );
}

/** A recurrent layer of LIF neurons and a readout without neurons. */
function recurrentLif(engine: Engine): Workload {
  const recurrent = new Recurrent(lif(0.9), { features: 256 });
  const network = new Sequential(new Linear(140, 256), recurrent, new Linear(256, 20));
  const x = { shape: [100, 128, 140], make: spikes(engine, 0.05) };
  return classifier(engine, network, x, 20, 1e-3, (o, y) => crossEntropy(sumOverTime(o), y));
}

export const WORKLOADS: Readonly<Record<string, WorkloadFactory>> = {
  "layer-512": (engine) => layer(engine, 512),
  "layer-1024": (engine) => layer(engine, 1024),
  "layer-1024-spikes-2pct": (engine) => layer(engine, 1024, 0.02),
  "layer-1024-spikes-10pct": (engine) => layer(engine, 1024, 0.1),
  "mnist-mlp-T25": mnistMlp,
  "shd128-T256": shd128,
  "shd-delays-sigma12": (engine) => shdDelays(engine, 12.27),
  "shd-delays-sigma0.5": (engine) => shdDelays(engine, 0.5),
  "nmnist-conv-T10": (engine) => nmnistConv(engine),
  "sparse-mlp-10pct": (engine) => wideMlp(engine, 0.1),
  "sparse-mlp-2pct": (engine) => wideMlp(engine, 0.02),
  "dense-mlp": (engine) => wideMlp(engine),
  "recurrent-lif": recurrentLif,
};

/** Workloads that only run when asked for: on data of a data folder, or with a peer of their own (bench/peers). */
export const MORE_WORKLOADS: Readonly<Record<string, WorkloadFactory>> = {
  "nmnist-conv-T10-real": nmnistConvReal,
  "quickstart-stream": quickstartStream,
  "shd-delays-stream": shdDelaysStream,
  "shd-delays-evaluation": delaysEvaluation,
  "shd-delays-evaluation-dense": denseDelaysEvaluation,
  "nir-cnn": nirCnn,
  ...NEURON_WORKLOADS,
};
