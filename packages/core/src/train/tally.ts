import { checkOptions, isPlainObject, refuse } from "../checks.ts";

/** Share of neurons and time steps with a spike. */
export interface FiringRates {
  /** Over all spiking layers together, each neuron and step counting once. */
  readonly mean: number;
  /** By the layer's dotted path. */
  readonly layers: Readonly<Record<string, number>>;
}

/** Averages over samples. */
export interface Metrics {
  readonly loss: number;
  /** Share of samples classified right, 0..1. */
  readonly accuracy: number;
  readonly samples: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /** Absent when no spiking layer ran in a batch that was counted. */
  readonly firingRate?: FiringRates;
}

/** Sums of an epoch so far; plain JSON, so that a resumed epoch goes on adding. */
export interface TallyState {
  samples: number;
  lossSum: number;
  correct: number;
  milliseconds: number;
  /** Spikes and places for spikes of each layer. */
  spikes: Record<string, { count: number; size: number }>;
}

/** Adds up what an epoch yields. */
export class Tally {
  readonly #sums: TallyState;

  constructor(state?: TallyState) {
    const empty = { samples: 0, lossSum: 0, correct: 0, milliseconds: 0, spikes: {} };
    this.#sums = structuredCopy(state ?? empty);
  }

  /** One batch: its mean loss and how many of its samples were right. */
  addBatch(batch: { samples: number; loss: number; correct: number; milliseconds: number }): void {
    this.#sums.samples += batch.samples;
    this.#sums.lossSum += batch.loss * batch.samples;
    this.#sums.correct += batch.correct;
    this.#sums.milliseconds += batch.milliseconds;
  }

  /** Spikes of one layer in one batch. */
  addSpikes(layer: string, count: number, size: number): void {
    const sums = (this.#sums.spikes[layer] ??= { count: 0, size: 0 });
    sums.count += count;
    sums.size += size;
  }

  /** What another tally has counted of all layers. */
  addAllSpikes(spikes: TallyState["spikes"]): void {
    for (const [layer, { count, size }] of Object.entries(spikes)) this.addSpikes(layer, count, size);
  }

  get samples(): number {
    return this.#sums.samples;
  }

  get loss(): number {
    return this.#sums.lossSum / this.#sums.samples;
  }

  get accuracy(): number {
    return this.#sums.correct / this.#sums.samples;
  }

  get samplesPerSecond(): number {
    return (this.#sums.samples / Math.max(this.#sums.milliseconds, 1)) * 1000;
  }

  /** The averages so far. */
  metrics(): Metrics {
    const { samples, milliseconds, spikes } = this.#sums;
    return {
      loss: this.loss,
      accuracy: this.accuracy,
      samples,
      seconds: milliseconds / 1000,
      samplesPerSecond: this.samplesPerSecond,
      ...firingRates(spikes),
    };
  }

  /** The sums, for a checkpoint. */
  getState(): TallyState {
    return structuredCopy(this.#sums);
  }
}

/** Nothing where nothing was counted. */
function firingRates(spikes: TallyState["spikes"]): { firingRate?: FiringRates } {
  const layers = Object.entries(spikes);
  const total = (field: "count" | "size"): number => layers.reduce((sum, [, layer]) => sum + layer[field], 0);
  if (total("size") === 0) return {};
  const rates = layers.map(([name, { count, size }]) => [name, count / size] as const);
  return { firingRate: { mean: total("count") / total("size"), layers: Object.fromEntries(rates) } };
}

/** Requires what `getState` returns. */
export function checkTally(state: TallyState): void {
  const known = { samples: true, lossSum: true, correct: true, milliseconds: true, spikes: true } as const;
  const { spikes, ...sums } = checkOptions("Tally", state, known, "that of getState()");
  for (const name of ["samples", "lossSum", "correct", "milliseconds"] as const) {
    if (typeof sums[name] !== "number") refuse(`Tally.${name}`, "a number", sums[name]);
  }
  if (!isPlainObject(spikes)) refuse("Tally.spikes", "spikes of each layer", spikes);
}

function structuredCopy(state: TallyState): TallyState {
  return JSON.parse(JSON.stringify(state)) as TallyState;
}
