import { checkFunction, checkNumber, checkOptions } from "../checks.ts";
import {
  checkTensor,
  countSpikes,
  currentEngine,
  type Engine,
  noGrad,
  setLengths,
  tensor,
  Tensor,
} from "../engine/index.ts";
import { BatchNorm, checkModule, Dropout, type Module } from "../nn/index.ts";
import { Recurrent, SpikingNeuron } from "../neurons/index.ts";
import type { Batch } from "./batch.ts";
import { checkBatch } from "./check-options.ts";
import { findScale, type Scaled } from "./find-scale.ts";

/** Options of `initFiring`. */
export interface InitFiringOptions {
  /** Spikes per neuron and time step that every spiking layer shall have, above 0 and below 1; default 0.1. */
  readonly rate?: number;
  /** Turns the batch [B, ...] into the network's input, as that of the Trainer; `key` seeds random encoders. */
  readonly encode?: ((inputs: Tensor, key: number) => Tensor) | undefined;
}

/** How a spiking layer begins. */
export interface FiringStart {
  /** Its path in the network. */
  readonly neuron: string;
  /** Paths of the layers whose weights were scaled. */
  readonly scaled: readonly string[];
  /** What their weights and biases were multiplied by. */
  readonly scale: number;
  /** Its rate on the batch now. */
  readonly rate: number;
  /** Why that is not the rate that was asked for; undefined where it is, to a twentieth. */
  readonly problem?: string | undefined;
}

/** Seeds encoders: every look at the batch sees the same spikes. */
const KEY = 0xf19e;

type Neuron = SpikingNeuron<unknown>;
type Weighted = Module & { readonly weight: Tensor; readonly bias?: Tensor | undefined };

/** A spiking layer and the layers whose output is its current. */
interface Stage {
  readonly path: string;
  readonly neuron: Neuron;
  readonly drivers: readonly (readonly [string, Weighted])[];
}

/**
 * Data-driven initialisation: multiplies weights and biases so that every spiking layer fires at a rate, from the input
 * to the output, one layer after the other, each found by bisection on the batch. Deep networks of default weights are
 * silent behind the first layers, and learn little or nothing then.
 *
 * For a spiking layer the layers with weights are scaled that ran since the one before it: linear, convolutional, with
 * delays or sparse. Behind batch normalisation, which undoes every scale, its own weight and bias are scaled. Feedback
 * weights of recurrent layers stay as they are, and count in the rate. Dropout is off while rates are measured; modes,
 * running statistics and the engine's random numbers are as before afterwards.
 *
 * @param batch its inputs alone are used
 * @throws MyelinError for a rate outside 0..1, or a batch that is none
 * @returns a line for each spiking layer, in the order in which they run; `problem` where the rate is out of reach
 * @source in the spirit of Mishkin & Matas 2016 (layer-sequential unit variance), with rates in place of variances
 * @example const layers = await initFiring(network, batch, { rate: 0.1 });
 */
export async function initFiring(
  network: Module,
  batch: Batch,
  options: InitFiringOptions = {},
): Promise<FiringStart[]> {
  checkModule("initFiring", network);
  checkBatch("initFiring.batch", batch);
  const { rate = 0.1, encode } = checkOptions("initFiring", options, { rate: true, encode: true });
  checkNumber("initFiring.rate", rate, { above: 0, below: 1 });
  if (encode !== undefined) checkFunction("initFiring.encode", encode);
  const look = new Look(network, batch, encode);
  return look.undisturbed(async () => {
    const starts: FiringStart[] = [];
    const used = new Set<Module>();
    for (const stage of await look.stages()) {
      const drivers = stage.drivers.filter(([, module]) => !used.has(module));
      for (const [, module] of drivers) used.add(module);
      starts.push(await start(look, { ...stage, drivers }, rate));
    }
    return starts;
  });
}

async function start(look: Look, { path, neuron, drivers }: Stage, target: number): Promise<FiringStart> {
  const scaled = drivers.map(([name]) => name);
  if (drivers.length === 0) {
    const rate = await look.rate(neuron);
    return {
      neuron: path,
      scaled,
      scale: 1,
      rate,
      problem: "no layer of its own with weights is ahead of it",
    };
  }
  const tensors = drivers.flatMap(([, { weight, bias }]) => [
    weight,
    ...(bias instanceof Tensor ? [bias] : []),
  ]);
  const values = await Promise.all(tensors.map((value) => value.data()));
  const at = (scale: number): Promise<number> => {
    tensors.forEach((value, i) => value.set((values[i] as Float32Array).map((x) => x * scale)));
    return look.rate(neuron);
  };
  const found: Scaled = await findScale(at, target);
  return { neuron: path, scaled, ...found, rate: await at(found.scale) };
}

/** Looks at what a batch makes a network do. */
class Look {
  readonly #network: Module;
  readonly #batch: Batch;
  readonly #encode: InitFiringOptions["encode"];
  readonly #engine: Engine;

  constructor(network: Module, batch: Batch, encode: InitFiringOptions["encode"]) {
    this.#network = network;
    this.#batch = batch;
    this.#encode = encode;
    this.#engine = currentEngine();
  }

  /** Leaves modes, buffers and random numbers as they were. */
  async undisturbed<T>(work: () => Promise<T>): Promise<T> {
    const dropouts = this.#modules(Dropout).map(([, module]) => module);
    const modes = dropouts.map(({ training }) => training);
    const buffers = this.#network.namedBuffers().map(([, value]) => value);
    const values = await Promise.all(buffers.map((value) => value.data()));
    const random = this.#engine.random.getState();
    for (const module of dropouts) module.training = false;
    try {
      return await work();
    } finally {
      dropouts.forEach((module, i) => (module.training = modes[i] as boolean));
      buffers.forEach((value, i) => value.set(values[i] as Float32Array));
      this.#engine.random.setState(random);
    }
  }

  /** Spikes per neuron and step. */
  async rate(neuron: Neuron): Promise<number> {
    return this.#engine.step(async () => {
      this.#forward();
      const calls = neuron.stepSpikes;
      const counts = await Promise.all(
        calls.map((spikes, index) => countSpikes(spikes, { index, total: calls.length })),
      );
      const total = (field: "count" | "size"): number => counts.reduce((sum, one) => sum + one[field], 0);
      return total("count") / Math.max(1, total("size"));
    });
  }

  /** The spiking layers in the order in which they run. */
  async stages(): Promise<Stage[]> {
    const stages = new Map<Neuron, Stage>();
    const feedbacks = new Set<Module>(this.#modules(Recurrent).map(([, module]) => module.feedback));
    let since: [string, Weighted][] = [];
    const restore: (() => void)[] = [];
    for (const [path, module] of this.#network.namedModules()) {
      if (module instanceof SpikingNeuron) {
        const neuron: Neuron = module;
        restore.push(
          wrap(neuron, "run", () => {
            if (stages.has(neuron)) return;
            stages.set(neuron, { path, neuron, drivers: scalable(since) });
            since = [];
          }),
        );
      } else if (isWeighted(module) && !feedbacks.has(module)) {
        restore.push(wrap(module, "forward", () => since.push([path, module])));
      }
    }
    try {
      await this.#engine.step(() => this.#forward());
    } finally {
      for (const undo of restore) undo();
    }
    return [...stages.values()];
  }

  #forward(): void {
    for (const [, neuron] of this.#modules(SpikingNeuron)) neuron.remember(undefined);
    const { inputs, shape, lengths } = this.#batch;
    const given = tensor(inputs, shape);
    const encoded = this.#encode === undefined ? given : this.#encode(given, KEY);
    const input = checkTensor("initFiring.encode", encoded, given, "It returns the network's input.");
    setLengths(input, lengths);
    noGrad(this.#engine, () => this.#network.forward(input));
  }

  #modules<M extends Module>(type: abstract new (...values: never[]) => M): [string, M][] {
    return this.#network.namedModules().filter((entry): entry is [string, M] => entry[1] instanceof type);
  }
}

/** Normalisation undoes what is scaled ahead of it. */
function scalable(modules: readonly [string, Weighted][]): [string, Weighted][] {
  const last = modules.findLastIndex(([, module]) => module instanceof BatchNorm);
  return modules.filter(([, module], i) => i > last || module instanceof BatchNorm);
}

function isWeighted(module: Module): module is Weighted {
  const { weight } = module as { readonly weight?: unknown };
  return weight instanceof Tensor && weight.requiresGrad;
}

/** Tells of every call; the wrapper is an own property ahead of the class's method. */
function wrap<Name extends "run" | "forward", M extends Record<Name, (...values: never[]) => unknown>>(
  module: M,
  name: Name,
  note: () => void,
): () => void {
  const method = module[name].bind(module) as (...values: unknown[]) => unknown;
  const wrapper = (...values: unknown[]): unknown => {
    note();
    return method(...values);
  };
  Object.defineProperty(module, name, { value: wrapper, configurable: true });
  return () => void Reflect.deleteProperty(module, name);
}
