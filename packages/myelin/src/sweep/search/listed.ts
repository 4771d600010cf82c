/** Searches whose points are known beforehand: all of a grid, or some by chance. */
import { randomBits } from "@myelin/core/ops";
import type { Settings } from "../results/index.ts";
import { gridPoint, gridSize, type Dimension, type Sweep } from "../space/index.ts";
import type { Search, Wanted } from "./search.ts";

/** Points by their number. */
export interface Points {
  readonly count: number;
  at(index: number): Settings;
}

/** Every point of a grid. */
export function gridPoints(dimensions: readonly Dimension[]): Points {
  return { count: gridSize(dimensions), at: (index) => gridPoint(dimensions, index) };
}

/** Points by chance; each depends on the seed and its number alone, so that more of them begin with the same. */
export function randomPoints(dimensions: readonly Dimension[], count: number, seed: number): Points {
  return {
    count,
    at: (index) =>
      Object.assign(
        {},
        ...dimensions.map(({ sample }, i) => sample(randomBits(randomBits(seed, i), index) / 2 ** 32)),
      ) as Settings,
  };
}

/** The points of a sweep whose search knows them beforehand. */
export function pointsOfSweep({ dimensions, search }: Sweep): Points {
  return search.type === "grid" || search.points === undefined
    ? gridPoints(dimensions)
    : randomPoints(dimensions, search.points, search.seed);
}

/** All points with all seeds. Seeds turn slowest, so that an unfinished sweep compares what it has fairly. */
export class ListedSearch implements Search {
  readonly runs: number;
  readonly #points: Points;
  readonly #seeds: readonly number[];
  #next = 0;

  constructor(points: Points, seeds: readonly number[]) {
    this.#points = points;
    this.#seeds = seeds;
    this.runs = points.count * seeds.length;
  }

  next(): Promise<Wanted | undefined> {
    const index = this.#next++;
    if (index >= this.runs) return Promise.resolve(undefined);
    const { count } = this.#points;
    const settings = this.#points.at(index % count);
    return Promise.resolve({ settings, seed: this.#seeds[Math.floor(index / count)] ?? 0 });
  }

  tell(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
