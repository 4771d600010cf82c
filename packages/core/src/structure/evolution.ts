import { checkInteger, checkOneOf, checkOptions } from "../checks.ts";
import type { DenseGradient, Random, Tensor } from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import type { Module } from "../nn/index.ts";
import type { Optimizer } from "../optim/index.ts";
import { checkEvolution, randomOf } from "./check-evolution.ts";
import { STRUCTURE_DEFAULTS } from "./defaults.ts";
import {
  type EvolvingLayer,
  evolvingLayers,
  type LayerState,
  layerState,
  metricsOf,
  recordUpdate,
  restoreLayers,
  type StructureMetrics,
  bitmapOf,
} from "./evolving-layers.ts";
import {
  GROW_RULES,
  growAnywhere,
  denseSum,
  growByDense,
  growByGradient,
  growByMomentum,
  growUnfired,
  type GrowRule,
} from "./grow.ts";
import { roomOf, Slots } from "./pattern.ts";
import { chooseRemoved, PRUNE_RULES, type PruneRule } from "./prune.ts";
import { rewire, slotsOf, withoutReturns } from "./rewire.ts";
import { ExchangeSchedule, type ExchangeOptions } from "./schedule.ts";
import type { SparseLayer } from "./sparse-layer.ts";

/** Options of `StructureEvolution`. */
export interface StructureEvolutionOptions extends ExchangeOptions {
  /** Which connections go; default "magnitude". */
  readonly prune?: PruneRule;
  /** Where connections come; default "random". */
  readonly grow?: GrowRule;
  /** Dotted names of the layers that evolve; default: all sparse ones. */
  readonly layers?: readonly string[];
  /** Chooses places and initial values; default: a generator seeded by the engine's. */
  readonly random?: Random;
}

const KNOWN = {
  ...({ fraction: true, fractionSchedule: true, updateInterval: true, end: true, totalSteps: true } as const),
  ...({ prune: true, grow: true, layers: true, random: true } as const),
};

/** All that an evolution needs to go on, besides the places, which belong to the network. */
export interface EvolutionState {
  readonly step: number;
  readonly random: readonly number[];
  readonly layers: readonly LayerState[];
}

/** A layer that evolves, with what the running step has found. */
interface Evolving extends EvolvingLayer {
  /** The dense gradients, at updates that need them. */
  gradients: DenseGradient[];
  /** Their sum over the parts of a step, where it has several. */
  gradientSum: Float32Array | undefined;
  /** Gradient of the weights that exist, for the Taylor rule. */
  weightGradient: Float32Array | undefined;
}

/**
 * Lets the structure of sparse layers evolve while they train, at constant density. After every
 * `updateInterval` optimiser steps, in each layer:
 *
 *   1. n = floor(fraction connections) connections are removed by the `prune` rule
 *   2. n come by the `grow` rule among all places without one, with weight 0 and no optimiser state
 *
 * A connection that has just been removed may come back at once, as in the sources of the rules. It starts again
 * from 0, but with `grow: "gradient"` it stays as it was (RigL). Call `afterBackward` before and `afterStep` after each optimiser step,
 * inside the engine's step; `Trainer` does.
 *
 * @throws MyelinError for an option out of range, a network without sparse layers, a layer to evolve that
 * does not exist or is not sparse, and `grow: "momentum"` with an optimiser that has none
 * @source Shen et al., AAAI 2023 (evolutionary structure learning), whose rules are not published; the rules and
 * defaults here are those of the methods it builds on
 * @example
 * await sparsify(network, { density: 0.1 });
 * const optimizer = new Adam(network.parameters());
 * const evolution = new StructureEvolution(network, optimizer, { totalSteps: 10_000, grow: "gradient" });
 */
export class StructureEvolution {
  readonly #optimizer: Optimizer;
  readonly #schedule: ExchangeSchedule;
  readonly #prune: PruneRule;
  readonly #grow: GrowRule;
  readonly #random: Random;
  readonly #layers: readonly Evolving[];
  #step = 0;

  constructor(network: Module, optimizer: Optimizer, options: StructureEvolutionOptions) {
    checkEvolution("StructureEvolution", network, optimizer);
    checkOptions("StructureEvolution", options, KNOWN, "{ totalSteps: 1000 }");
    this.#optimizer = optimizer;
    this.#schedule = new ExchangeSchedule("StructureEvolution", options);
    this.#prune = checkOneOf(
      "StructureEvolution.prune",
      options.prune ?? STRUCTURE_DEFAULTS.prune,
      PRUNE_RULES,
    );
    this.#grow = checkOneOf("StructureEvolution.grow", options.grow ?? STRUCTURE_DEFAULTS.grow, GROW_RULES);
    this.#random = randomOf("StructureEvolution", options.random);
    this.#layers = evolvingLayers("StructureEvolution", network, options.layers).map((layer) =>
      Object.assign(layer, { gradients: [], gradientSum: undefined, weightGradient: undefined }),
    );
    this.#checkMomentum();
    this.#watch();
  }

  /** The optimiser whose state moves along with the connections. */
  get optimizer(): Optimizer {
    return this.#optimizer;
  }

  /** The weights whose places are exchanged. */
  get parameters(): Tensor[] {
    return this.#layers.map(({ layer }) => layer.weight);
  }

  /** What steps of several parts add up; see `Evolution` of the trainer. */
  get dense(): DenseGradientsOf {
    const layers = this.#growsByGradient(this.#step + 1) ? this.#layers : [];
    return {
      lengths: () => layers.map(({ layer }) => roomOf(layer.pattern) * layer.pattern.block),
      read: () => Promise.all(layers.map(({ layer, gradients }) => denseSum(layer.pattern, gradients))),
      replace: (sums) => layers.forEach((evolving, i) => (evolving.gradientSum = sums[i])),
    };
  }

  /** Reads the gradients that the update after this step will need. */
  async afterBackward(): Promise<void> {
    if (this.#prune !== "taylor" || !this.#schedule.isDue(this.#step + 1)) return;
    for (const evolving of this.#layers) evolving.weightGradient = await evolving.layer.weight.grad?.data();
  }

  /** Counts an optimiser step and exchanges connections when it is time. */
  async afterStep(): Promise<void> {
    this.#step++;
    if (this.#schedule.isDue(this.#step)) {
      for (const evolving of this.#layers) await this.#update(evolving);
    }
    this.#watch();
  }

  /** Density, connections ever active, turnover and operations of each layer. */
  metrics(): StructureMetrics[] {
    return this.#layers.map(metricsOf);
  }

  /** What `setState` takes back; the places themselves are part of the network's checkpoint. */
  getState(): EvolutionState {
    return {
      step: this.#step,
      random: this.#random.getState(),
      layers: this.#layers.map(layerState),
    };
  }

  /**
   * Continues where `getState` was called; restore the network and the optimiser as well.
   * @throws MyelinError if the state belongs to other layers
   */
  setState(state: EvolutionState): void {
    checkOptions(
      "StructureEvolution.setState",
      state,
      { step: true, random: true, layers: true },
      "that of getState()",
    );
    const step = checkInteger("StructureEvolution.setState.step", state.step, { min: 0 });
    restoreLayers("StructureEvolution", this.#layers, state.layers);
    this.#random.setState(state.random);
    this.#step = step;
    this.#watch();
  }

  #growsByGradient(step: number): boolean {
    return this.#grow === "gradient" && this.#schedule.isDue(step);
  }

  /** Watches dense gradients in the steps before updates, and only there. */
  #watch(): void {
    const isWanted = this.#growsByGradient(this.#step + 1);
    for (const evolving of this.#layers) {
      evolving.gradients = [];
      evolving.gradientSum = undefined;
      evolving.weightGradient = undefined;
      const collect = (gradient: DenseGradient): void => {
        evolving.gradients = [...evolving.gradients.filter(({ isAlive }) => isAlive), gradient];
      };
      evolving.layer.connections.watcher = isWanted ? collect : undefined;
    }
  }

  async #update(evolving: Evolving): Promise<void> {
    const { layer, weightGradient } = evolving;
    const { pattern } = layer;
    const count = Math.floor(this.#schedule.fraction(this.#step) * pattern.places.length);
    if (count === 0) return;
    const weights = await layer.weight.data();
    const removed = chooseRemoved(this.#prune, new Slots(pattern), weights, weightGradient, count);
    const added = await this.#chooseAdded(evolving, removed);
    const exchange = this.#grow === "gradient" ? withoutReturns(pattern, removed, added) : { removed, added };
    await rewire(layer, this.#optimizer, exchange, this.#random);
    recordUpdate(evolving, pattern);
  }

  /** As many places as were removed, which are free again. */
  async #chooseAdded(
    { layer, everActive, gradients, gradientSum }: Evolving,
    removed: Int32Array,
  ): Promise<Int32Array> {
    const { pattern } = layer;
    const taken = bitmapOf(pattern, pattern.places);
    for (const i of removed) taken.delete(pattern.places[i] as number);
    const count = removed.length;
    if (this.#grow === "unfired") return growUnfired(taken, everActive, count, this.#random);
    if (this.#grow === "momentum") {
      const momentum = await momentumOf(this.#optimizer, layer);
      return growByMomentum(pattern, new Slots(pattern), taken, momentum, count);
    }
    if (gradientSum !== undefined) return growByDense(pattern, taken, gradientSum, count);
    if (this.#grow === "random" || gradients.length === 0) return growAnywhere(taken, count, this.#random);
    return growByGradient(pattern, taken, gradients, count);
  }

  #checkMomentum(): void {
    const weight = this.#layers[0]?.layer.weight;
    if (this.#grow !== "momentum" || !weight || slotsOf(this.#optimizer, weight).size > 0) return;
    throw new MyelinError(
      `StructureEvolution.grow: expected an optimiser with momentum for "momentum", got ${this.#optimizer.kind} without. ` +
        'Give it momentum, or grow by "gradient".',
    );
  }
}

/** As `DenseGradients` of the trainer, which knows this folder as little as this folder knows it. */
interface DenseGradientsOf {
  lengths(): readonly number[];
  read(): Promise<readonly Float32Array[]>;
  replace(sums: readonly Float32Array[]): void;
}

/** m / sqrt(v) of Adam, or the momentum of SGD. */
async function momentumOf(optimizer: Optimizer, { weight }: SparseLayer): Promise<Float32Array> {
  const slots = slotsOf(optimizer, weight);
  const [mean, square] = [slots.get("m") ?? slots.get("momentum"), slots.get("v")];
  const momentum = (await mean?.data()) ?? new Float32Array(weight.size);
  const squares = await square?.data();
  return squares ? momentum.map((m, i) => m / (Math.sqrt(squares[i] as number) + 1e-12)) : momentum;
}
