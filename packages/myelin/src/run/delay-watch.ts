/** What becomes of delays while a network trains: numbers for metrics.jsonl and pictures.json. */
import type { Module } from "@myelin/core";
import { DelayLayer } from "@myelin/core/layers";
import { densePlaces, isSparseLayer } from "@myelin/core/sparse";
import { arrayToText, textToFloats } from "./array-text.ts";
import type { DelayMetrics, LayerDelays } from "../records/index.ts";

/** Positions of all possible connections by layer name, not a number where there is none. */
type Positions = ReadonlyMap<string, Float32Array>;

/** Positions as text for a checkpoint: little-endian float32 in base 64. */
export type DelayState = Readonly<Record<string, string>>;

/** Follows the positions of all layers with delays. */
export class DelayWatch {
  readonly #layers: readonly [string, DelayLayer][];
  readonly #start: Positions;
  /** At the end of the epoch before, or the start. */
  #last: Positions;

  private constructor(layers: readonly [string, DelayLayer][], start: Positions) {
    this.#layers = layers;
    this.#start = start;
    this.#last = start;
  }

  /** @param network with the weights it starts from; undefined if it has no delays */
  static async begin(network: Module): Promise<DelayWatch | undefined> {
    const layers = network
      .namedModules()
      .filter((entry): entry is [string, DelayLayer] => entry[1] instanceof DelayLayer);
    return layers.length === 0 ? undefined : new DelayWatch(layers, await read(layers));
  }

  /** Widths now, and moves since the epoch before; what comes next is compared with the present. */
  async endEpoch(): Promise<DelayMetrics> {
    const now = await read(this.#layers);
    const moves = this.#layers.map(([name]) => [name, meanDistance(now.get(name), this.#last.get(name))]);
    this.#last = now;
    return {
      sigma: Object.fromEntries(this.#layers.map(([name, layer]) => [name, layer.width])),
      delayMoves: Object.fromEntries(moves) as Record<string, number>,
    };
  }

  /** How delays were spread at the start, and how they are now. */
  async histograms(): Promise<LayerDelays[]> {
    const now = await read(this.#layers);
    return this.#layers.map(([name, layer]) => ({
      name,
      before: histogram(this.#start.get(name), layer),
      after: histogram(now.get(name), layer),
    }));
  }

  /** Positions at the end of the epoch before, for a checkpoint within an epoch. */
  getState(): DelayState {
    return Object.fromEntries([...this.#last].map(([name, values]) => [name, arrayToText(values)]));
  }

  /** Goes on from a checkpoint; `state` is absent if it was taken between epochs. */
  async restore(state: DelayState | undefined): Promise<void> {
    this.#last =
      state === undefined
        ? await read(this.#layers)
        : new Map(Object.entries(state).map(([name, text]) => [name, textToFloats(text)]));
  }
}

async function read(layers: readonly [string, DelayLayer][]): Promise<Positions> {
  const positions = new Map<string, Float32Array>();
  for (const [name, layer] of layers) positions.set(name, await readLayer(layer));
  return positions;
}

async function readLayer(layer: DelayLayer): Promise<Float32Array> {
  const values = await layer.position.data();
  if (!isSparseLayer(layer) || layer.per === "axon") return values;
  const { denseShape, pattern } = layer.connections;
  const all = new Float32Array(denseShape.reduce((product, n) => product * n, 1)).fill(NaN);
  densePlaces(pattern).forEach((place, i) => (all[place] = values[i] ?? NaN));
  return all;
}

/** Over the connections that there were and are. */
function meanDistance(a: Float32Array = new Float32Array(0), b: Float32Array = a): number {
  let [sum, count] = [0, 0];
  a.forEach((value, i) => {
    const distance = Math.abs(value - (b[i] ?? NaN));
    if (Number.isNaN(distance)) return;
    sum += distance;
    count++;
  });
  return sum / Math.max(1, count);
}

/** Synapses by whole delay, 0 .. maxDelay - 1. */
function histogram(positions: Float32Array = new Float32Array(0), layer: DelayLayer): number[] {
  const counts = new Array<number>(layer.maxDelay).fill(0);
  for (const position of positions) {
    if (Number.isNaN(position)) continue;
    const delay = layer.wholeDelayOf(position);
    counts[delay] = (counts[delay] ?? 0) + 1;
  }
  return counts;
}
