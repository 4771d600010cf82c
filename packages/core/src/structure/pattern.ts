import { numbersIn, type SparsePattern } from "../engine/index.ts";

/** How many places a pattern could have. */
export function roomOf({ outputs, columns, block }: SparsePattern): number {
  return (outputs / block) * columns;
}

/** The same weight with other places. */
export function withPlaces(pattern: SparsePattern, places: Int32Array): SparsePattern {
  const { outputs, columns, block } = pattern;
  return { outputs, columns, block, places };
}

/** Where the numbers of each place stand among the values: those of a block stand in `block` rows of the matrix. */
export class Slots {
  readonly #pattern: SparsePattern;
  /** First place of each row of blocks. */
  readonly #starts: Int32Array;

  constructor(pattern: SparsePattern) {
    this.#pattern = pattern;
    const { outputs, columns, block, places } = pattern;
    this.#starts = new Int32Array(outputs / block + 1);
    for (let i = 0; i < places.length; i++) this.#starts[Math.floor((places[i] as number) / columns) + 1]!++;
    for (let row = 1; row < this.#starts.length; row++) this.#starts[row]! += this.#starts[row - 1] as number;
  }

  /** Slot of number `lane` of the i-th place. */
  of(i: number, lane: number): number {
    const { columns, block, places } = this.#pattern;
    if (block === 1) return i;
    const row = Math.floor((places[i] as number) / columns);
    const start = this.#starts[row] as number;
    return start * block + lane * ((this.#starts[row + 1] as number) - start) + (i - start);
  }

  /** For each place, the sum of `score` over its slots. */
  sums(score: (slot: number) => number): Float64Array {
    const { block, places } = this.#pattern;
    const sums = new Float64Array(places.length);
    if (block === 1) {
      for (let i = 0; i < sums.length; i++) sums[i] = score(i);
      return sums;
    }
    for (let i = 0; i < sums.length; i++) {
      for (let lane = 0; lane < block; lane++) sums[i]! += score(this.of(i, lane));
    }
    return sums;
  }
}

/**
 * For each value of the next pattern, the slot it has in the former one, or -1.
 * @param removed indices among the former places whose values are forgotten, ascending
 */
export function formerSlots(former: SparsePattern, next: SparsePattern, removed: Int32Array): Int32Array {
  const [from, to] = [new Slots(former), new Slots(next)];
  const slots = new Int32Array(numbersIn(next)).fill(-1);
  for (let i = 0, j = 0, r = 0; i < next.places.length; i++) {
    const place = next.places[i] as number;
    while (j < former.places.length && (former.places[j] as number) < place) j++;
    while (r < removed.length && (removed[r] as number) < j) r++;
    if (former.places[j] !== place || removed[r] === j) continue;
    for (let lane = 0; lane < next.block; lane++) slots[to.of(i, lane)] = from.of(j, lane);
  }
  return slots;
}

/**
 * `places` without those at the indices `removed`, with `added`, which may name removed places again; ascending, as
 * all of them have to be.
 */
export function exchangePlaces(places: Int32Array, removed: Int32Array, added: Int32Array): Int32Array {
  const next = new Int32Array(places.length - removed.length + added.length);
  let [at, r, a] = [0, 0, 0];
  for (let i = 0; i < places.length; i++) {
    if (removed[r] === i) {
      r++;
      continue;
    }
    const place = places[i] as number;
    while (a < added.length && (added[a] as number) < place) next[at++] = added[a++] as number;
    next[at++] = place;
  }
  while (a < added.length) next[at++] = added[a++] as number;
  return next;
}

/** What is wrong with `places` as the places of such a weight, or undefined. */
export function placesFault(pattern: SparsePattern, places: Int32Array): string | undefined {
  const { block } = pattern;
  if (places.length !== pattern.places.length) {
    const [found, wanted] = [places.length, pattern.places.length].map((n) => percent(n, roomOf(pattern)));
    return `${places.length * block} connections instead of ${pattern.places.length * block} (density ${found} instead of ${wanted})`;
  }
  const room = roomOf(pattern);
  const isSorted = places.every((place, i) => place > (places[i - 1] ?? -1) && place < room);
  return isSorted ? undefined : `connections that are not ascending numbers below ${room}`;
}

function percent(count: number, total: number): string {
  return `${Number(((100 * count) / total).toPrecision(3))} %`;
}
