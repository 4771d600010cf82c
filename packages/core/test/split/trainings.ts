import {
  Adam,
  AdvancedSpatialAttention,
  atan,
  BatchNorm,
  type Batch,
  type BackendName,
  Conv2d,
  createEngine,
  DelayLinear,
  Dropout,
  GlobalAvgPool2d,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  type Metrics,
  type Module,
  Random,
  rateCrossEntropy,
  Sequential,
  type Tensor,
  Trainer,
  type TrainerOptions,
} from "../../src/index.ts";
import { bernoulli } from "../../src/entries/ops.ts";
import { sparsify, StructureEvolution } from "../../src/entries/sparse.ts";
import type { BatchInfo, Communicator, Optimizer } from "../../src/entries/training.ts";

/** A training by its name, and how its steps are split. */
export interface RankTask {
  readonly name: string;
  readonly backend: BackendName;
  readonly threads: number;
  readonly microBatches: number;
  readonly accumulate?: number;
  /** Samples of an epoch, in batches of 8. */
  readonly samples: number;
  readonly epochs: number;
}

/** What a process has at its end. */
export interface RankAnswer {
  readonly values: readonly number[];
  readonly steps: readonly Pick<BatchInfo, "batchLoss" | "gradNorm" | "accuracy" | "loss">[];
  readonly evaluations: readonly Omit<Metrics, "seconds" | "samplesPerSecond">[];
  readonly error?: string;
}

const [STEPS, BATCH, CLASSES] = [5, 8, 3];
const WEIGHTS = [1, 3, 0.5];
const spiking = { tau: 2, decayInput: false, surrogate: atan({ alpha: 2 }) };

interface Described {
  readonly shape: readonly number[];
  readonly network: () => Module | Promise<Module>;
  readonly evolution?: (network: Module, optimizer: Optimizer) => StructureEvolution;
  readonly more?: Partial<TrainerOptions>;
}

/** One for each of the methods, with all that draws random numbers or keeps statistics. */
export const TRAININGS: Readonly<Record<string, Described>> = {
  "KLIF, dropout, batch normalisation, clipping, weights of classes, random encoder": {
    shape: [12],
    network: () => {
      const hidden = [new Linear(12, 16), new BatchNorm(16), new KLIF(spiking), new Dropout(0.3)];
      return new Sequential(...hidden, new Linear(16, CLASSES), new LeakyIntegrator());
    },
    more: {
      encode: (inputs, key) => bernoulli(inputs, { key, steps: STEPS }),
      loss: (output, labels) => rateCrossEntropy(output, labels, { weight: WEIGHTS }),
      batchWeight: ({ labels }) => labels.reduce((sum, label) => sum + WEIGHTS[label]!, 0),
      clipNorm: 0.1,
    },
  },
  delays: {
    shape: [STEPS, 10],
    network: () =>
      new Sequential(
        ...[new DelayLinear(10, 12, { maxDelay: 5 }), new BatchNorm(12), new LIF(spiking)],
        ...[new DelayLinear(12, CLASSES, { maxDelay: 5 }), new LeakyIntegrator()],
      ),
  },
  attention: {
    shape: [STEPS, 2, 6, 6],
    network: () =>
      new Sequential(
        ...[new Conv2d(2, 6, { kernelSize: 3, padding: 1 }), new BatchNorm(6)],
        ...[new AdvancedSpatialAttention({ channels: 6, timeSteps: STEPS }), new LIF(spiking)],
        ...[new GlobalAvgPool2d(), new Linear(6, CLASSES), new LeakyIntegrator()],
      ),
  },
  "evolution by gradients": {
    shape: [STEPS, 20],
    network: async () => {
      const network = new Sequential(
        ...[new Linear(20, 24), new LIF(spiking), new Linear(24, CLASSES), new LeakyIntegrator()],
      );
      await sparsify(network, { density: 0.3 });
      return network;
    },
    evolution: (network, optimizer) =>
      new StructureEvolution(network, optimizer, {
        ...{ grow: "gradient", prune: "magnitude", fraction: 0.3, updateInterval: 3, totalSteps: 100 },
      }),
  },
};

/** Samples by their numbers: the same wherever they are made. */
function batchOf(from: number, count: number, { shape }: Described): Batch {
  const isSequence = shape[0] === STEPS;
  const steps = isSequence ? STEPS : 1;
  const length = shape.reduce((product, n) => product * n, 1) / steps;
  const inputs = new Float32Array(steps * count * length);
  for (let b = 0; b < count; b++) {
    const random = new Random(50 + from + b);
    for (let t = 0; t < steps; t++) {
      for (let i = 0; i < length; i++) inputs[(t * count + b) * length + i] = random.uniform();
    }
  }
  const labels = Float32Array.from({ length: count }, (_, b) => ((from + b) * 7) % CLASSES);
  const sizes = isSequence ? [STEPS, count, ...shape.slice(1)] : [count, ...shape];
  return { inputs, shape: sizes, labels };
}

/** Trains as one of the processes. */
export async function trainRank(task: RankTask, communicator: Communicator | undefined): Promise<RankAnswer> {
  const described = TRAININGS[task.name]!;
  const { backend, threads, microBatches, accumulate = 1, samples } = task;
  const engine = await createEngine({ backend, seed: 3, wasm: { threads } });
  const network = await described.network();
  const optimizer = new Adam(network.parameters(), { lr: 0.02 });
  const [steps, evaluations]: [RankAnswer["steps"][number][], RankAnswer["evaluations"][number][]] = [[], []];
  const trainer = new Trainer({
    ...{ network, optimizer, microBatches, accumulate, communicator },
    ...{ loss: (output: Tensor, labels: Tensor) => rateCrossEntropy(output, labels), ...described.more },
    evolution: described.evolution?.(network, optimizer),
    ratesEvery: 2,
    batches: (_epoch, start) => batchesOf(samples, start, described),
    evaluation: () => batchesOf(19, 0, described),
    onBatch: ({ batchLoss, gradNorm, accuracy, loss }) => {
      steps.push({ batchLoss, gradNorm, accuracy, loss });
    },
    onEpoch: ({ train, evaluation }) => {
      for (const metrics of [train, evaluation as Metrics]) {
        const { loss, accuracy, samples: count, firingRate } = metrics;
        evaluations.push({ loss, accuracy, samples: count, ...(firingRate && { firingRate }) });
      }
    },
  });
  await trainer.run({ epochs: task.epochs });
  const tensors = [...network.namedParameters(), ...network.namedBuffers()].map(([, value]) => value);
  const values = (await Promise.all(tensors.map((value) => value.data()))).flatMap((each) => [...each]);
  await engine.dispose();
  return { values, steps, evaluations };
}

function batchesOf(samples: number, start: number, described: Described): Batch[] {
  const batches: Batch[] = [];
  for (let from = start * BATCH; from < samples; from += BATCH) {
    batches.push(batchOf(from, Math.min(BATCH, samples - from), described));
  }
  return batches;
}
