import {
  Adam,
  AdamW,
  AdvancedSpatialAttention,
  ALIF,
  atan,
  AvgPool2d,
  backward,
  BatchNorm,
  clipGradNorm,
  Conv2d,
  crossEntropy,
  DelayConv2d,
  DelayLinear,
  Dropout,
  type Engine,
  Flatten,
  GlobalAvgPool2d,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  maxMembraneCrossEntropy,
  MaxPool2d,
  meanOverTime,
  type Module,
  piecewiseQuadratic,
  PLIF,
  Random,
  rateCrossEntropy,
  rateMse,
  rectangle,
  Recurrent,
  RepeatOverTime,
  Residual,
  Sequential,
  setLengths,
  SGD,
  sumSoftmaxCrossEntropy,
  tensor,
  type Tensor,
  tet,
  triangle,
  Vote,
} from "../../src/index.ts";
import { customSurrogate } from "../../src/entries/neurons.ts";
import { bernoulli, delta, latency } from "../../src/entries/ops.ts";
import { sparsify, StructureEvolution } from "../../src/entries/sparse.ts";
import type { Optimizer } from "../../src/entries/training.ts";

/** A small training: what it makes, what it is fed and how many steps it takes. */
export interface Training {
  readonly shape: readonly number[];
  /** Share of the inputs that are spikes; numbers from 0 to 1 if left out. */
  readonly activity?: number;
  readonly classes: number;
  readonly encode?: (x: Tensor, key: number) => Tensor;
  readonly network: () => Module | Promise<Module>;
  readonly optimizer?: (network: Module) => Optimizer;
  readonly loss?: (output: Tensor, labels: Tensor) => Tensor;
  readonly lengths?: readonly number[];
  readonly clip?: number;
  /** Gets the optimiser's place: what exchanges connections. */
  readonly evolve?: (network: Module, optimizer: Optimizer) => StructureEvolution;
}

/** A batch in evaluation follows the steps. */
const STEPS = 4;

const spiking = { tau: 2, decayInput: false, surrogate: atan({ alpha: 2 }) };
const learned = { initTau: 2, surrogate: atan({ alpha: 2 }) };
const compact = { vThreshold: 0.5, surrogate: rectangle({ alpha: 4 }) };

async function sparse(
  network: Module,
  density: number,
  structure: "single" | "blocks-of-8" = "single",
): Promise<Module> {
  await sparsify(network, { density, structure });
  return network;
}

function images(...middle: Module[]): Sequential {
  return new Sequential(...middle, new GlobalAvgPool2d(), new Linear(16, 4), new LeakyIntegrator({ tau: 2 }));
}

const mean = (output: Tensor, labels: Tensor): Tensor => crossEntropy(meanOverTime(output), labels);

/** A training for every method, kernel path and optimiser. */
export const TRAININGS: Readonly<Record<string, Training>> = {
  "dense numbers, SGD": {
    ...{ shape: [6, 9, 20], classes: 3 },
    network: () => new Sequential(new Linear(20, 33), new LIF(spiking), new Linear(33, 3), new LIF(spiking)),
    optimizer: (network) => new SGD(network.parameters(), { lr: 0.1, momentum: 0.9, nesterov: true }),
    loss: rateMse,
  },
  "rare spikes, clipped, AdamW": {
    ...{ shape: [20, 16, 96], classes: 5, activity: 0.1, clip: 0.5 },
    network: () =>
      new Sequential(new Linear(96, 64), new KLIF(compact), new Linear(64, 5), new KLIF(spiking)),
    optimizer: (network) => new AdamW(network.parameters(), { lr: 0.01, weightDecay: 0.1 }),
    loss: rateCrossEntropy,
  },
  "many spikes, dropout, votes": {
    ...{ shape: [12, 16, 64], classes: 4, activity: 0.4 },
    network: () => {
      const hidden = [new Linear(64, 48), new BatchNorm(48), new PLIF(learned), new Dropout(0.3)];
      return new Sequential(...hidden, new Linear(48, 8), new IF({ vReset: null }), new Vote(2));
    },
    loss: tet,
  },
  "adaptive neurons, recurrent": {
    ...{ shape: [10, 6, 12], classes: 3, activity: 0.3 },
    network: () => {
      const recurrent = new Recurrent(new LIF({ tau: 3, surrogate: triangle({ alpha: 1 }) }), {
        features: 24,
      });
      return new Sequential(
        ...[new Linear(12, 24), new ALIF({ tau: 5, tauAdaptation: 20, beta: 0.5 }), new Linear(24, 24)],
        ...[recurrent, new Linear(24, 3), new LeakyIntegrator({ tau: 3 })],
      );
    },
    loss: maxMembraneCrossEntropy,
  },
  "own surrogate, different lengths": {
    ...{ shape: [9, 5, 14], classes: 3, activity: 0.3, lengths: [9, 3, 7, 1, 9] },
    network: () => {
      const own = customSurrogate({ name: "own", derivative: (z) => 1 / (1 + z * z), primitive: Math.atan });
      const hidden = [new Linear(14, 18), new BatchNorm(18), new LIF({ tau: 2, surrogate: own })];
      return new Sequential(...hidden, new Linear(18, 3), new LeakyIntegrator({ tau: 2 }));
    },
    loss: sumSoftmaxCrossEntropy,
  },
  "convolutions, pooling, residual": {
    ...{ shape: [4, 3, 2, 13, 11], classes: 4, activity: 0.2 },
    network: () => {
      const branch = new Sequential(new Conv2d(8, 8, { kernelSize: 3, padding: 1 }), new BatchNorm(8));
      return images(
        ...[new Conv2d(2, 8, { kernelSize: 3, stride: 2, padding: 1 }), new BatchNorm(8), new LIF(compact)],
        ...[new Residual(branch), new LIF(compact), new MaxPool2d({ kernelSize: 2, stride: 1 })],
        ...[new Conv2d(8, 16, { kernelSize: 3, groups: 2 }), new PLIF(learned)],
        new AvgPool2d({ kernelSize: 2, stride: 1 }),
      );
    },
    loss: mean,
  },
  "wide convolutions of numbers, repeated": {
    ...{ shape: [5, 8, 9, 10], classes: 4 },
    network: () =>
      images(
        ...[new RepeatOverTime(3), new Conv2d(8, 16, { kernelSize: 3, padding: 1 }), new KLIF(spiking)],
        ...[new Conv2d(16, 16, { kernelSize: 3, padding: 1 }), new LIF({ surrogate: piecewiseQuadratic() })],
      ),
    loss: mean,
  },
  "flattened images, Bernoulli": {
    ...{ shape: [6, 1, 8, 8], classes: 4, encode: (x, key) => bernoulli(x, { steps: 5, key }) },
    network: () => {
      const convolution = [
        new Conv2d(1, 6, { kernelSize: 3 }),
        new LIF(compact),
        new MaxPool2d({ kernelSize: 2 }),
      ];
      return new Sequential(...convolution, new Flatten(), new Linear(54, 4), new LIF(spiking));
    },
    loss: rateCrossEntropy,
  },
  "first spikes": {
    ...{ shape: [6, 20], classes: 4, encode: (x) => latency(x, { steps: 7 }) },
    network: () => new Sequential(new Linear(20, 16), new LIF(spiking), new Linear(16, 4), new LIF(spiking)),
    loss: rateMse,
  },
  "changes of a signal": {
    ...{ shape: [8, 6, 20], classes: 4, encode: (x) => delta(x, { threshold: 0.2, signed: true }) },
    network: () => new Sequential(new Linear(20, 16), new LIF(spiking), new Linear(16, 4), new LIF(spiking)),
    loss: rateCrossEntropy,
  },
  "linear delays": {
    ...{ shape: [30, 6, 20], classes: 4, activity: 0.1 },
    network: () =>
      new Sequential(
        ...[new DelayLinear(20, 24, { maxDelay: 9 }), new BatchNorm(24), new LIF(spiking), new Dropout(0.2)],
        ...[
          new DelayLinear(24, 4, { maxDelay: 9, version: "max", per: "axon" }),
          new LeakyIntegrator({ tau: 2 }),
        ],
      ),
    loss: maxMembraneCrossEntropy,
  },
  "convolutions with delays": {
    ...{ shape: [8, 2, 2, 7, 6], classes: 4, activity: 0.3 },
    network: () =>
      images(new DelayConv2d(2, 16, { kernelSize: 3, maxDelay: 5, padding: 1, stride: 2 }), new LIF(spiking)),
    loss: mean,
  },
  attention: {
    ...{ shape: [6, 3, 2, 8, 8], classes: 4, activity: 0.3 },
    network: () =>
      images(
        ...[new Conv2d(2, 16, { kernelSize: 3, padding: 1 }), new BatchNorm(16)],
        new AdvancedSpatialAttention({ timeSteps: 6, channels: 16, reduction: 2, trainableScore: true }),
        new LIF(spiking),
      ),
    loss: mean,
  },
  "sparse weights, evolving": {
    ...{ shape: [10, 24, 80], classes: 5, activity: 0.05 },
    network: () => {
      const layers = [new Linear(80, 64), new LIF(spiking), new Linear(64, 5), new LIF(spiking)];
      return sparse(new Sequential(...layers), 0.1);
    },
    loss: rateCrossEntropy,
    evolve: (network, optimizer) =>
      new StructureEvolution(network, optimizer, {
        updateInterval: 2,
        totalSteps: 8,
        grow: "gradient",
        random: new Random(2),
      }),
  },
  "sparse convolutions in blocks": {
    ...{ shape: [3, 4, 8, 9, 9], classes: 4, activity: 0.4 },
    network: () => {
      const convolutions = [new Conv2d(8, 16, { kernelSize: 3, padding: 1 }), new LIF(spiking)];
      return sparse(
        images(...convolutions, new Conv2d(16, 16, { kernelSize: 3 }), new LIF(spiking)),
        0.2,
        "blocks-of-8",
      );
    },
    loss: mean,
  },
  "sparse delays": {
    ...{ shape: [12, 4, 16], classes: 4, activity: 0.2 },
    network: () => {
      const hidden = [new DelayLinear(16, 20, { maxDelay: 5 }), new LIF(spiking)];
      return sparse(new Sequential(...hidden, new Linear(20, 4), new LIF(spiking)), 0.4);
    },
    loss: rateCrossEntropy,
  },
};

/** Everything a training ends with: losses, parameters, buffers, and the outputs of a batch in evaluation. */
export async function train(training: Training, engine: Engine): Promise<Float32Array[]> {
  const random = new Random(5);
  const { shape, activity, classes, lengths } = training;
  const network = await training.network();
  const optimizer = training.optimizer?.(network) ?? new Adam(network.parameters(), { lr: 0.02 });
  const evolution = training.evolve?.(network, optimizer);
  const size = shape.reduce((product, n) => product * n, 1);
  const x = Float32Array.from({ length: size }, () =>
    activity === undefined ? random.uniform() : Number(random.uniform() < activity),
  );
  const isSequence = shape.length === 3 || shape.length === 5;
  const batch = shape[isSequence ? 1 : 0] as number;
  const labels = Float32Array.from({ length: batch }, () => random.integer(classes));
  const results: Float32Array[] = [];
  const forward = (key: number): Tensor => {
    const given = tensor(x, shape);
    const inputs = training.encode?.(given, key) ?? given;
    if (lengths) setLengths(inputs, lengths);
    return network.forward(inputs);
  };
  for (let step = 0; step < STEPS; step++) {
    await engine.step(async () => {
      const loss = (training.loss ?? rateCrossEntropy)(forward(step), tensor(labels));
      backward(loss);
      await evolution?.afterBackward();
      if (training.clip)
        results.push(Float32Array.of(await clipGradNorm(network.parameters(), training.clip)));
      optimizer.step();
      await evolution?.afterStep();
      results.push(await loss.data());
    });
  }
  network.eval();
  await engine.step(async () => void results.push(await forward(STEPS).data()));
  for (const [, value] of network.namedParameters()) results.push(await value.data());
  for (const [, value] of network.namedBuffers()) results.push(await value.data());
  return results;
}
