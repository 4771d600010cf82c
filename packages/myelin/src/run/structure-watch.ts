/** What becomes of a sparse structure while a network trains: numbers for metrics.jsonl and pictures.json. */
import type { Module } from "@myelin/core";
import { SparseLinear, sparseLayers, type SparseLayer } from "@myelin/core/sparse";
import type { AnyEvolution } from "../model/index.ts";
import type { InputMap, StructureMetrics } from "../records/index.ts";

/** How many pictures of the input's connections a training gives, besides the one before it. */
const MAPS = 5;

/** What the pictures depend on. */
export interface StructureWatchOptions {
  /** One step of one sample: [features] or [channels, height, width]. */
  readonly shape: readonly number[];
  readonly epochs: number;
}

/** What a checkpoint keeps. */
export interface StructureWatchState {
  readonly inputMaps: readonly InputMap[];
  /** Connections at the end of the epoch before, a bit each in base 64, by layer; only within an epoch. */
  readonly last?: Readonly<Record<string, string>>;
}

/** Follows the connections of all sparse layers. */
export class StructureWatch {
  readonly #layers: readonly [string, SparseLayer][];
  readonly #shape: readonly number[];
  /** After how many epochs there is a picture. */
  readonly #mapEpochs: ReadonlySet<number>;
  #inputMaps: readonly InputMap[];
  /** Places at the end of the epoch before, or the start. */
  #last: ReadonlyMap<string, Set<number>>;

  private constructor(layers: readonly [string, SparseLayer][], { shape, epochs }: StructureWatchOptions) {
    this.#layers = layers;
    this.#shape = shape;
    this.#mapEpochs = new Set(Array.from({ length: MAPS }, (_, i) => Math.ceil(((i + 1) * epochs) / MAPS)));
    this.#last = placesOf(layers);
    this.#inputMaps = this.#mapNow(0);
  }

  /** @returns undefined if the network has no sparse layers */
  static begin(network: Module, options: StructureWatchOptions): StructureWatch | undefined {
    const layers = sparseLayers(network);
    return layers.length === 0 ? undefined : new StructureWatch(layers, options);
  }

  /** Pictures so far; none if the first layer does not look at pixels one by one. */
  get inputMaps(): readonly InputMap[] {
    return this.#inputMaps;
  }

  /**
   * Numbers of the epoch; what comes next is compared with the present.
   *
   * @param epoch how many epochs have ended
   * @param evolution knows what was active in between; absent for a structure that stays
   */
  endEpoch(epoch: number, evolution?: AnyEvolution): StructureMetrics {
    const now = placesOf(this.#layers);
    const ever = new Map(evolution?.metrics().map(({ name, everActive }) => [name, everActive]));
    const numbers = (value: (name: string, layer: SparseLayer) => number): Record<string, number> =>
      Object.fromEntries(this.#layers.map(([name, layer]) => [name, value(name, layer)]));
    const metrics = {
      density: numbers((_, layer) => layer.density),
      turnover: numbers((name) => shareOfNew(now.get(name), this.#last.get(name))),
      everActive: numbers((name, layer) => ever.get(name) ?? layer.density),
    };
    this.#last = now;
    if (this.#mapEpochs.has(epoch)) this.#inputMaps = [...this.#inputMaps, ...this.#mapNow(epoch)];
    return metrics;
  }

  /** @param withinEpoch whether batches of the epoch that runs are already done */
  getState(withinEpoch: boolean): StructureWatchState {
    const encode = ([name, layer]: readonly [string, SparseLayer]): [string, string] => [
      name,
      toBits(this.#last.get(name) ?? new Set(), roomOf(layer)),
    ];
    return {
      inputMaps: this.#inputMaps,
      ...(withinEpoch && { last: Object.fromEntries(this.#layers.map(encode)) }),
    };
  }

  /** Goes on from a checkpoint, after the network was restored. */
  restore({ inputMaps, last }: StructureWatchState): void {
    this.#inputMaps = inputMaps;
    this.#last =
      last === undefined
        ? placesOf(this.#layers)
        : new Map(Object.entries(last).map(([name, text]) => [name, fromBits(text)]));
  }

  /** Connections of the first layer by input pixel, if it is fully connected to the pixels. */
  #mapNow(epoch: number): InputMap[] {
    const [, layer] = this.#layers[0] ?? [];
    const [channels = 0, height = 0, width = 0] = this.#shape;
    if (!(layer instanceof SparseLinear) || layer.inFeatures !== channels * height * width) return [];
    const { columns, block, places } = layer.pattern;
    const connections = new Array<number>(height * width).fill(0);
    for (const place of places) {
      const pixel = (place % columns) % connections.length;
      connections[pixel] = (connections[pixel] ?? 0) + block;
    }
    return [{ epoch, height, width, connections }];
  }
}

function placesOf(layers: readonly (readonly [string, SparseLayer])[]): Map<string, Set<number>> {
  return new Map(layers.map(([name, layer]) => [name, new Set(layer.pattern.places)]));
}

function shareOfNew(now: ReadonlySet<number> = new Set(), before: ReadonlySet<number> = now): number {
  let fresh = 0;
  for (const place of now) if (!before.has(place)) fresh++;
  return fresh / Math.max(1, now.size);
}

function roomOf({ pattern: { outputs, columns, block } }: SparseLayer): number {
  return (outputs / block) * columns;
}

function toBits(places: ReadonlySet<number>, room: number): string {
  const bits = new Uint8Array(Math.ceil(room / 8));
  for (const place of places) bits[place >> 3] = (bits[place >> 3] ?? 0) | (1 << (place & 7));
  return Buffer.from(bits).toString("base64");
}

function fromBits(text: string): Set<number> {
  const places = new Set<number>();
  for (const [at, byte] of Buffer.from(text, "base64").entries()) {
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) places.add(8 * at + bit);
  }
  return places;
}
