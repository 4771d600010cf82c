/** NIR graphs on test data. */
import {
  createEngine,
  MyelinError,
  rateCrossEntropy,
  RepeatOverTime,
  Sequential,
  SGD,
  sumOverTime,
  Trainer,
  type Module,
} from "@myelin/core";
import { nearestName } from "@myelin/core/checks";
import { sizeOf } from "@myelin/core/ops";
import type { FiringRates } from "@myelin/core/training";
import {
  importNir,
  type ImportNirOptions,
  type NirGraph,
  type NirNetwork,
  type NirTool,
} from "@myelin/exchange";
import { DATA_NAMES, dataSchema, isImageData, isSpikeData } from "../recipe/index.ts";
import { evaluationBatches, loadTest, type Samples } from "./data/index.ts";

/** What `myelin nir run` is told. */
export interface NirRunOptions {
  readonly data: string;
  /** Seconds of a time step. */
  readonly dt: number;
  /** How many there are; of spike trains, as many as they take. */
  readonly steps: number;
  readonly as?: NirTool;
  readonly limit?: number;
  readonly batchSize: number;
  readonly threads?: number;
  readonly dataDir?: string;
}

/** What it finds. */
export interface NirRunResult {
  readonly data: string;
  /** How neurons computed a step. */
  readonly rule: string;
  readonly steps: number;
  readonly accuracy: number;
  readonly samples: number;
  readonly samplesPerSecond: number;
  readonly firingRate?: FiringRates;
}

/**
 * Runs a graph on the test samples of a data set; the output with the largest sum over time is the class.
 *
 * @throws MyelinError for data that is not there, or whose samples do not fit the graph
 */
export async function runNirGraph(
  graph: NirGraph,
  name: string,
  options: NirRunOptions,
): Promise<NirRunResult> {
  const { data, dt, steps, as, batchSize, threads } = options;
  const engine = await createEngine({ seed: 0, wasm: { threads, wide: true } });
  try {
    const importing: ImportNirOptions = { dt, name, ...(as !== undefined && { as }) };
    const imported = await importNir(graph, importing);
    const inputs = inputSize(imported);
    const samples = await loadSamples(inputs, options);
    requireFit(inputs, samples, data);
    const network = samples.sequence ? imported : new Sequential(new RepeatOverTime(steps), imported);
    const {
      accuracy,
      samples: count,
      samplesPerSecond,
      firingRate,
    } = await evaluator(network, samples.sequence).evaluate(evaluationBatches(samples, batchSize));
    return {
      ...{ data, rule: imported.description, steps, accuracy, samples: count, samplesPerSecond },
      ...(firingRate && { firingRate }),
    };
  } finally {
    await engine.dispose();
  }
}

function inputSize(network: NirNetwork): number {
  const shapes = Object.values(network.inputShapes);
  if (shapes.length !== 1) {
    throw new MyelinError(
      `nir run: expected a graph with one Input node, got ${shapes.length}. Run it in a program.`,
    );
  }
  return sizeOf(shapes[0]!);
}

function evaluator(network: Module, evaluateInParts: boolean): Trainer {
  return new Trainer({
    network,
    optimizer: new SGD(network.parameters(), { lr: 0 }),
    loss: (outputs, labels) => rateCrossEntropy(outputs, labels),
    predict: (outputs) => sumOverTime(outputs),
    batches: () => [],
    evaluateInParts,
  });
}

/** The test samples in steps of dt: of recordings and spikes, what arrives in each; images are shown in all of them. */
async function loadSamples(inputs: number, options: NirRunOptions): Promise<Samples> {
  const { data: name, dt, steps, limit, dataDir } = options;
  if (!DATA_NAMES.includes(name)) throw unknownData(name);
  const load = (more: object): Promise<Samples> => {
    const data = dataSchema.parse({ name, ...(limit !== undefined && { limitTest: limit }), ...more });
    return loadTest({ data, timeSteps: steps, seed: 0 }, { dataDir });
  };
  const plain = dataSchema.parse({ name });
  if (isImageData(plain)) return load({});
  if (!isSpikeData(plain)) return load({ frames: { splitBy: "duration", duration: 1000 * dt } });
  const units = await load({ timeStep: 1000 * dt, pool: 1 });
  const pool = units.shape[0]! / inputs;
  return pool > 1 && Number.isInteger(pool) ? load({ timeStep: 1000 * dt, pool }) : units;
}

function unknownData(name: string): MyelinError {
  const near = nearestName(name, DATA_NAMES);
  const hint = near === undefined ? "" : ` Did you mean ${near}?`;
  return new MyelinError(`nir run --data: expected one of ${DATA_NAMES.join(", ")}, got "${name}".${hint}`);
}

function requireFit(inputs: number, { shape }: Samples, data: string): void {
  const size = sizeOf(shape);
  if (size === inputs) return;
  throw new MyelinError(
    `nir run --data ${data}: expected samples of ${inputs} values, as the graph's Input has, got ${size} ` +
      `(${shape.join(" x ")}). Choose the data that the graph was made for.`,
  );
}
