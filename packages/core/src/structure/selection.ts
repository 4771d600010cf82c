import type { Random } from "../engine/index.ts";

/**
 * Indices of the `count` smallest scores, ascending; of equal ones the first.
 * @param scores numbers
 */
export function smallest(scores: Float64Array, count: number): Int32Array {
  const chosen = new Int32Array(Math.min(count, scores.length));
  if (chosen.length === 0) return chosen;
  const limit = nthSmallest(scores.slice(), chosen.length - 1);
  let ties = chosen.length;
  for (const score of scores) if (score < limit) ties--;
  let at = 0;
  for (let i = 0; at < chosen.length; i++) {
    const score = scores[i] as number;
    if (score < limit || (score === limit && ties-- > 0)) chosen[at++] = i;
  }
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

  /** Scores up to this one have no chance any more. */
  get limit(): number {
    return this.#limit;
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
    const losing = this.#scores.slice(0, this.#length);
    for (let i = 0; i < losing.length; i++) losing[i] = -(losing[i] as number);
    const kept = smallest(losing, this.#count);
    this.#limit = Infinity;
    for (let to = 0; to < kept.length; to++) {
      const from = kept[to] as number;
      const score = this.#scores[from] as number;
      this.#places[to] = this.#places[from] as number;
      this.#scores[to] = score;
      if (score < this.#limit) this.#limit = score;
    }
    this.#length = kept.length;
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

/** `count` of the candidates, ascending, every choice equally likely; leaves the candidates in disorder. */
export function chooseFrom(candidates: Int32Array, count: number, random: Random): Int32Array {
  const chosen = Math.min(count, candidates.length);
  for (let i = 0; i < chosen; i++) {
    const j = i + random.integer(candidates.length - i);
    const kept = candidates[i] as number;
    candidates[i] = candidates[j] as number;
    candidates[j] = kept;
  }
  return candidates.slice(0, chosen).sort();
}

/** The value that would stand at index n if `values` were sorted; leaves them in disorder (Hoare's selection). */
function nthSmallest(values: Float64Array, n: number): number {
  for (let left = 0, right = values.length - 1; left < right;) {
    const pivot = values[(left + right) >> 1] as number;
    let [i, j] = [left, right];
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const kept = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = kept;
    }
    if (n <= j) right = j;
    else if (n >= i) left = i;
    else break;
  }
  return values[n] as number;
}
