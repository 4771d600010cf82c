import { checkInteger, checkNumber, checkOptions } from "../checks.ts";
import type { Random, Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import type { Module } from "../nn/index.ts";
import type { Optimizer } from "../optim/index.ts";
import { checkEvolution, randomOf } from "./check-evolution.ts";
import { Bitmap } from "./bitmap.ts";
import {
  bitmapOf,
  type EvolvingLayer,
  evolvingLayers,
  type LayerState,
  layerState,
  metricsOf,
  recordUpdate,
  restoreLayers,
  type StructureMetrics,
} from "./evolving-layers.ts";
import { growAnywhere } from "./grow.ts";
import { rewire } from "./rewire.ts";

/** Options of `DeepR`. */
export interface DeepROptions {
  /** Pull of every weight towards zero, >= 0; default 1e-4. */
  readonly l1?: number;
  /** Temperature of the random walk, >= 0; default 0. */
  readonly temperature?: number;
  /** Dotted names of the layers that are rewired; default: all sparse ones. */
  readonly layers?: readonly string[];
  /** Default: a generator seeded by the engine's. */
  readonly random?: Random;
}

/** All that Deep R needs to go on, besides the places. */
export interface DeepRState {
  readonly step: number;
  readonly random: readonly number[];
  readonly layers: readonly (LayerState & { readonly positive: string })[];
}

interface Rewired extends EvolvingLayer {
  /** Which connections have positive weights; the others are negative. */
  positive: Bitmap;
}

/**
 * Deep rewiring: every connection keeps the sign s that it was born with. After each optimiser step,
 * with the learning rate lr of the layer's weight:
 *
 *   1. w = w - lr l1 s + sqrt(2 lr temperature) N(0, 1)
 *   2. connections with s w < 0 are removed
 *   3. as many come at random among all places without one, those just removed too, with weight 0, a random sign
 *      and no optimiser state
 *
 * Call `afterStep` after each optimiser step; `Trainer` does. `DeepR.create` makes one.
 *
 * @throws MyelinError for an option out of range, a layer that does not exist or has blocks of connections
 * @source Bellec, Kappel, Maass & Legenstein, "Deep rewiring", ICLR 2018, algorithm 1
 */
export class DeepR {
  readonly #optimizer: Optimizer;
  readonly #l1: number;
  readonly #temperature: number;
  readonly #random: Random;
  readonly #layers: Rewired[] = [];
  #step = 0;

  private constructor(network: Module, optimizer: Optimizer, options: DeepROptions) {
    checkEvolution("DeepR", network, optimizer);
    checkOptions("DeepR", options, { l1: true, temperature: true, layers: true, random: true });
    this.#optimizer = optimizer;
    this.#l1 = checkNumber("DeepR.l1", options.l1 ?? 1e-4, { min: 0 });
    this.#temperature = checkNumber("DeepR.temperature", options.temperature ?? 0, { min: 0 });
    this.#random = randomOf("DeepR", options.random);
    for (const evolving of evolvingLayers("DeepR", network, options.layers)) {
      const { name, layer } = evolving;
      if (layer.pattern.block !== 1) {
        throw new MyelinError(`DeepR: expected single connections in layer "${name}", got blocks.`);
      }
      this.#layers.push(Object.assign(evolving, { positive: new Bitmap(layer.weight.size) }));
    }
  }

  /** Connections have the signs of their present weights. */
  static async create(network: Module, optimizer: Optimizer, options: DeepROptions = {}): Promise<DeepR> {
    const deepR = new DeepR(network, optimizer, options);
    for (const rewired of deepR.#layers) {
      (await rewired.layer.weight.data()).forEach((w, i) => w >= 0 && rewired.positive.add(i));
    }
    return deepR;
  }

  /** The optimiser whose state moves along with the connections. */
  get optimizer(): Optimizer {
    return this.#optimizer;
  }

  /** The weights whose places are exchanged. */
  get parameters(): Tensor[] {
    return this.#layers.map(({ layer }) => layer.weight);
  }

  /** Nothing: Deep R needs no gradients. */
  afterBackward(): void {}

  /** Walks, and rewires what has changed its sign. */
  async afterStep(): Promise<void> {
    this.#step++;
    for (const rewired of this.#layers) await this.#walk(rewired);
  }

  /** Density, connections ever active, turnover and operations of each layer. */
  metrics(): StructureMetrics[] {
    return this.#layers.map(metricsOf);
  }

  /** What `setState` takes back; the places themselves are part of the network's checkpoint. */
  getState(): DeepRState {
    return {
      step: this.#step,
      random: this.#random.getState(),
      layers: this.#layers.map((rewired) => ({
        ...layerState(rewired),
        positive: rewired.positive.encode(),
      })),
    };
  }

  /**
   * Continues where `getState` was called; restore the network and the optimiser as well.
   * @throws MyelinError if the state belongs to other layers
   */
  setState(state: DeepRState): void {
    checkOptions("DeepR.setState", state, { step: true, random: true, layers: true }, "that of getState()");
    const step = checkInteger("DeepR.setState.step", state.step, { min: 0 });
    restoreLayers("DeepR", this.#layers, state.layers);
    this.#layers.forEach((rewired, i) => {
      rewired.positive = Bitmap.decode(rewired.positive.size, state.layers[i]?.positive ?? "");
    });
    this.#random.setState(state.random);
    this.#step = step;
  }

  async #walk(rewired: Rewired): Promise<void> {
    const { layer, positive } = rewired;
    const { pattern, weight } = layer;
    const group = this.#optimizer.groups.find(({ parameters }) => parameters.includes(weight));
    const lr = group?.lr ?? 0;
    const noise = Math.sqrt(2 * lr * this.#temperature);
    const weights = await weight.data();
    for (let i = 0; i < weights.length; i++) {
      const pull = lr * this.#l1 * (positive.has(i) ? 1 : -1);
      weights[i]! += (noise === 0 ? 0 : noise * this.#random.normal()) - pull;
    }
    weight.set(weights);
    const removed = indicesOf(weights, (w, i) => (positive.has(i) ? w < 0 : w > 0));
    const taken = bitmapOf(pattern, pattern.places);
    for (const i of removed) taken.delete(pattern.places[i] as number);
    const added = growAnywhere(taken, removed.length, this.#random);
    const slots = await rewire(layer, this.#optimizer, { removed, added }, this.#random);
    rewired.positive = this.#signs(positive, slots);
    recordUpdate(rewired, pattern);
  }

  /** Connections that stay keep their sign, fresh ones draw one. */
  #signs(positive: Bitmap, slots: Int32Array): Bitmap {
    const signs = new Bitmap(slots.length);
    slots.forEach((slot, i) => {
      if (slot < 0 ? this.#random.uniform() < 0.5 : positive.has(slot)) signs.add(i);
    });
    return signs;
  }
}

function indicesOf(weights: Float32Array, isWanted: (weight: number, index: number) => boolean): Int32Array {
  const indices: number[] = [];
  for (let i = 0; i < weights.length; i++) if (isWanted(weights[i] as number, i)) indices.push(i);
  return Int32Array.from(indices);
}
