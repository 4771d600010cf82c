/**
 * Successive halving (Jamieson & Talwalkar 2016): all points are trained some epochs, the best share of them some more,
 * and so on. A run that goes on continues from its checkpoint; nothing is trained twice.
 */
import { compareValues, type Objective, type Settings } from "../results/index.ts";
import type { Points } from "./listed.ts";
import type { GivenUp, Search, Told, Wanted } from "./search.ts";

/** How runs are stopped. */
export interface HalvingOptions {
  readonly points: Points;
  readonly seeds: readonly number[];
  /** Epochs after which points are compared. */
  readonly rungs: readonly number[];
  /** The share that goes on, at least one point. */
  readonly keep: number;
  /** By which they are compared: the mean over the seeds. */
  readonly objective: Objective;
}

/** A point with what is known of it at the running rung. */
interface Candidate {
  readonly settings: Settings;
  readonly told: Map<number, Told>;
}

/** Compares at each rung when all its runs have come so far, so that the order of their ends changes nothing. */
export class HalvingSearch implements Search {
  readonly runs: number;
  readonly #options: HalvingOptions;
  #rung = 0;
  #candidates: Candidate[];
  #next = 0;

  constructor(options: HalvingOptions) {
    const { points, seeds } = options;
    this.#options = options;
    this.runs = points.count * seeds.length;
    this.#candidates = Array.from({ length: points.count }, (_, i) => ({
      settings: points.at(i),
      told: new Map(),
    }));
  }

  next(): Promise<Wanted | "wait" | undefined> {
    const { seeds, rungs } = this.#options;
    const index = this.#next;
    if (index >= this.#candidates.length * seeds.length) {
      return Promise.resolve(this.#rung >= rungs.length ? undefined : "wait");
    }
    this.#next++;
    const until = rungs[this.#rung];
    const { settings } = this.#candidates[index % this.#candidates.length]!;
    const seed = seeds[Math.floor(index / this.#candidates.length)] ?? 0;
    return Promise.resolve({ settings, seed, ...(until !== undefined && { until }) });
  }

  tell({ settings, seed, until }: Wanted, told: Told): Promise<readonly GivenUp[]> {
    if (until === undefined) return Promise.resolve([]);
    this.#candidates.find((one) => one.settings === settings)?.told.set(seed, told);
    const isWhole = this.#candidates.every((one) => one.told.size === this.#options.seeds.length);
    return Promise.resolve(isWhole ? this.#climb(until) : []);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Ends a rung: the best go on. */
  #climb(until: number): GivenUp[] {
    const { keep, objective, seeds } = this.#options;
    const ranked = this.#candidates
      .map((candidate) => ({ candidate, value: meanOf(candidate, objective) }))
      .sort((a, b) => compareValues(objective, a.value, b.value));
    const known = ranked.filter(({ value }) => value !== undefined);
    const kept = new Set(
      known.slice(0, Math.max(1, Math.round(keep * ranked.length))).map(({ candidate }) => candidate),
    );
    const others = this.#candidates.filter((one) => !kept.has(one));
    this.#candidates = this.#candidates
      .filter((one) => kept.has(one))
      .map(({ settings }) => ({ settings, told: new Map() }));
    this.#rung++;
    this.#next = 0;
    return others.flatMap(({ settings, told }) =>
      seeds.flatMap((seed) => {
        const values = told.get(seed)?.values;
        return values === undefined ? [] : [{ settings, seed, until, values }];
      }),
    );
  }
}

/** Over the seeds; a point of which one failed counts as unknown. */
function meanOf({ told }: Candidate, { name }: Objective): number | undefined {
  const values = [...told.values()].map((one) => one.values?.[name]);
  const numbers = values.filter((value) => value !== undefined);
  if (numbers.length < values.length) return undefined;
  return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
