import {
  inScope,
  countNonZero,
  countSpikes,
  currentEngine,
  multiply,
  setLengths,
  sumOfSquares,
  tensor,
  type Tensor,
  withoutPadding,
} from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import { checkModule, inEvaluation, type Module, type SynapticOperations } from "../nn/index.ts";
import {
  type Batch,
  type Batches,
  checkedBatches,
  checkSignal,
  evaluationKey,
  type StopSignal,
} from "../train/index.ts";
import { checkFunction, checkOptions } from "../checks.ts";
import { observe, type Observed } from "./observe.ts";

/** What a spiking layer did. */
export interface SpikingLayerActivity {
  /** Spikes per sample. */
  readonly spikes: number;
  /** Neurons of the layer: values of its output at one time step. */
  readonly neurons: number;
  /** Spikes per neuron and time step, 0..1. */
  readonly firingRate: number;
}

/** What the weights of a layer did, in operations per sample. */
export interface SynapticLayerActivity {
  /** What a dense layer does: a multiply-accumulate for each use of each weight, for zeros too. */
  readonly dense: number;
  /** Multiply-accumulates of inputs that are not zero, where inputs are real numbers. */
  readonly mac: number;
  /** Accumulates, where all inputs are spikes (1, or -1 of a signed encoder): one per spike and weight. */
  readonly ac: number;
}

/** Activity of a network over a data set. Layers go by their dotted paths, in the order in which they ran. */
export interface Activity extends SynapticLayerActivity {
  readonly samples: number;
  readonly spiking: Readonly<Record<string, SpikingLayerActivity>>;
  readonly synaptic: Readonly<Record<string, SynapticLayerActivity>>;
  /** Spikes of all layers per sample. */
  readonly spikes: number;
  /** Updates of a neuron by a time step, per sample. */
  readonly neuronUpdates: number;
  /**
   * Network average spiking firing rate: `sum_l FR_l neurons_l / sum_l neurons_l`, with
   * `FR_l = spikes / (neurons_l T samples)`, over all spiking layers, the output layer included.
   */
  readonly nasfr: number;
}

/** Options of `countActivity`. */
export interface ActivityOptions {
  /** As of the `Trainer`: turns a batch into the network's input. */
  readonly encode?: ((inputs: Tensor, key: number) => Tensor) | undefined;
  /** Stops after the running batch; the counts then cover the batches so far. */
  readonly signal?: StopSignal | undefined;
}

/**
 * Counts spikes and synaptic operations of a network over batches, in evaluation mode.
 *
 * Operations are those of layers that implement `synapticOperations`, such as `Linear` and `Conv2d`: exact at
 * the borders of convolutions, and without weights that are zero. Whether a layer accumulates or
 * multiplies is decided batch by batch from its input. The padding of batches with lengths is left out. Biases, normalisation (which folds into weights),
 * pooling and losses are not counted; updates of neurons are, apart.
 *
 * @source NASFR: Yao et al., "Inherent Redundancy in Spiking Neural Networks", ICCV 2023, as in its code
 * @throws MyelinError if there are no batches
 */
export async function countActivity(
  network: Module,
  batches: Batches,
  options: ActivityOptions = {},
): Promise<Activity> {
  checkModule("countActivity", network);
  checkOptions("countActivity", options, { encode: true, signal: true });
  if (options.encode !== undefined) checkFunction("countActivity.encode", options.encode);
  checkSignal("countActivity.signal", options.signal);
  const counter = new ActivityCounter();
  await inEvaluation(network, async () => {
    let index = 0;
    for await (const batch of checkedBatches("countActivity", batches)) {
      await countBatch(network, batch, evaluationKey(index++), options, counter);
      if (options.signal?.aborted) break;
    }
  });
  return counter.activity();
}

function countBatch(
  network: Module,
  batch: Batch,
  key: number,
  { encode }: ActivityOptions,
  counter: ActivityCounter,
): Promise<void> {
  return currentEngine().step(async () => {
    const given = tensor(batch.inputs, batch.shape);
    const inputs = encode?.(given, key) ?? given;
    setLengths(inputs, batch.lengths);
    const { spikes, inputs: synaptic } = observe(network, inputs);
    counter.addSamples(batch.labels.length);
    for (const { path, tensor: fired, call } of spikes)
      counter.addSpikes(path, fired, await countSpikes(fired, call));
    for (const call of synaptic) await countOperations(call, counter);
  });
}

async function countOperations(
  { path, module, tensor: x, call }: Observed,
  counter: ActivityCounter,
): Promise<void> {
  const { kept, share } = inScope(module.label, () => withoutPadding(x, call));
  const { active, isSpikes } = await activeValues(kept);
  const operations = await module.synapticOperations?.(active);
  if (operations === undefined) return;
  counter.addOperations(path, { ...operations, dense: operations.dense * share }, isSpikes);
}

/** 1 where `x` is not zero; and whether those values are all 1 or -1, since only then both sums equal their number. */
async function activeValues(x: Tensor): Promise<{ active: Tensor; isSpikes: boolean }> {
  const squares = multiply(x, x);
  const count = await countNonZero(x);
  const isSpikes = (await sumOfSquares(x)) === count && (await sumOfSquares(squares)) === count;
  if (!isSpikes) x.engine.backend.elementwise.isNonZero(x.size, { x: x.storage, out: squares.storage });
  return { active: squares, isSpikes };
}

interface SpikeSums {
  spikes: number;
  /** Neurons times time steps times samples. */
  updates: number;
  neurons: number;
}

interface OperationSums {
  dense: number;
  mac: number;
  ac: number;
}

/** Adds up counts, then divides them by the samples. */
class ActivityCounter {
  #samples = 0;
  readonly #spiking = new Map<string, SpikeSums>();
  readonly #synaptic = new Map<string, OperationSums>();

  addSamples(count: number): void {
    this.#samples += count;
  }

  /** @param counted spikes of `fired`, and places for them, its padding left out */
  addSpikes(path: string, { shape, size }: Tensor, counted: { count: number; size: number }): void {
    const sums = entry(this.#spiking, path, () => ({ spikes: 0, updates: 0, neurons: 0 }));
    const [steps = 1, batch = 1] = shape;
    sums.spikes += counted.count;
    sums.updates += counted.size;
    sums.neurons = Math.max(sums.neurons, size / (steps * batch));
  }

  addOperations(path: string, { dense, active }: SynapticOperations, isSpikes: boolean): void {
    const sums = entry(this.#synaptic, path, () => ({ dense: 0, mac: 0, ac: 0 }));
    sums.dense += dense;
    sums[isSpikes ? "ac" : "mac"] += active;
  }

  activity(): Activity {
    const samples = this.#samples;
    if (samples === 0) throw new MyelinError("countActivity: expected batches with samples, got none.");
    const spiking = [...this.#spiking.values()];
    const synaptic = [...this.#synaptic.values()];
    const neurons = total(spiking, (layer) => layer.neurons);
    return {
      samples,
      spikes: total(spiking, (layer) => layer.spikes) / samples,
      neuronUpdates: total(spiking, (layer) => layer.updates) / samples,
      nasfr: total(spiking, (layer) => firingRate(layer) * layer.neurons) / Math.max(neurons, 1),
      dense: total(synaptic, ({ dense }) => dense) / samples,
      mac: total(synaptic, ({ mac }) => mac) / samples,
      ac: total(synaptic, ({ ac }) => ac) / samples,
      spiking: record(this.#spiking, (layer) => ({
        spikes: layer.spikes / samples,
        neurons: layer.neurons,
        firingRate: firingRate(layer),
      })),
      synaptic: record(this.#synaptic, ({ dense, mac, ac }) => ({
        dense: dense / samples,
        mac: mac / samples,
        ac: ac / samples,
      })),
    };
  }
}

function firingRate({ spikes, updates }: SpikeSums): number {
  return spikes / Math.max(updates, 1);
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

function total<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

function record<T, R>(map: ReadonlyMap<string, T>, value: (item: T) => R): Record<string, R> {
  return Object.fromEntries([...map].map(([key, item]) => [key, value(item)]));
}
