import type { Random } from "../engine/index.ts";

/**
 * Indices of the `count` smallest scores, ascending; of equal ones the first.
 * @param scores numbers; not a number counts as infinite
 */
export function smallest(scores: Float64Array, count: number): Int32Array {
  const chosen = new Int32Array(Math.min(count, scores.length));
  if (chosen.length === 0) return chosen;
  const limit = scores.slice().sort()[chosen.length - 1] as number;
  let ties = chosen.length;
  for (const score of scores) if (score < limit) ties--;
  let at = 0;
  scores.forEach((score, i) => {
    if (score < limit || (score === limit && ties-- > 0)) chosen[at++] = i;
  });
  return chosen;
}

/** Keeps the `count` places with the largest scores among those offered; of equal ones the first. */
export class TopPlaces {
  readonly #count: number;
  readonly #places: Int32Array;
  readonly #scores: Float64Array;
  #length = 0;
  #limit = -Infinity;

  constructor(count: number) {
    this.#count = count;
    const room = 4 * count + 1024;
    this.#places = new Int32Array(room);
    this.#scores = new Float64Array(room);
  }

  /** Places have to be offered in ascending order. */
  offer(place: number, score: number): void {
    if (!(score > this.#limit)) return;
    this.#places[this.#length] = place;
    this.#scores[this.#length++] = score;
    if (this.#length === this.#places.length) this.#shrink();
  }

  /** The places, ascending. */
  places(): Int32Array {
    if (this.#length > this.#count) this.#shrink();
    return this.#places.slice(0, this.#length);
  }

  #shrink(): void {
    const losing = this.#scores.subarray(0, this.#length).map((score) => -score);
    const kept = smallest(losing, this.#count);
    kept.forEach((from, to) => {
      this.#places[to] = this.#places[from] as number;
      this.#scores[to] = this.#scores[from] as number;
    });
    this.#length = kept.length;
    this.#limit =
      this.#count === 0
        ? Infinity
        : this.#scores.subarray(0, this.#length).reduce((a, b) => Math.min(a, b), Infinity);
  }
}

/** `count` different integers below `total`, ascending, every choice equally likely (Knuth, algorithm S). */
export function chooseAscending(total: number, count: number, random: Random): Int32Array {
  const chosen = new Int32Array(Math.min(count, total));
  for (let i = 0, at = 0; at < chosen.length; i++) {
    if (random.uniform() * (total - i) < chosen.length - at) chosen[at++] = i;
  }
  return chosen;
}

/**
 * The places with the given ranks among those of 0, 1, 2, ... that `isFree` accepts.
 * @param ranks ascending
 */
export function placesOfRanks(ranks: Int32Array, isFree: (place: number) => boolean): Int32Array {
  const places = new Int32Array(ranks.length);
  for (let place = 0, rank = 0, at = 0; at < ranks.length; place++) {
    if (!isFree(place)) continue;
    if (rank++ === ranks[at]) places[at++] = place;
  }
  return places;
}
