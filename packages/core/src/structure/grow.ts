import type { DenseGradient, Random, SparsePattern } from "../engine/index.ts";
import type { Bitmap } from "./bitmap.ts";
import { roomOf, type Slots } from "./pattern.ts";
import { chooseFrom, TopPlaces } from "./selection.ts";

/**
 * Where connections come:
 *
 * - `random`: anywhere
 * - `gradient`: where |dL/dw| of the dense weight is largest
 * - `momentum`: where the product of the mean |momentum| of the output's and of the input's connections is
 *   largest; for Adam the momentum is m / sqrt(v). Optimiser state exists for connections only, so the
 *   momentum of a place without one is estimated from its row and column.
 * - `unfired`: anywhere among the places that were never connected, and when they run out, anywhere
 *
 * @source Mocanu et al., Nature Communications 2018 (random); Evci et al., ICML 2020 (gradient); Dettmers &
 * Zettlemoyer, 2019 (momentum, there of the dense weight); Liu et al., ICML 2021 (unfired)
 */
export type GrowRule = "random" | "gradient" | "momentum" | "unfired";

/** Names of the rules. */
export const GROW_RULES: readonly GrowRule[] = ["random", "gradient", "momentum", "unfired"];

/** Numbers of a dense gradient that are computed at once. */
const BLOCK_NUMBERS = 1 << 18;

/** `count` places that are not taken, ascending, every choice equally likely. */
export function growAnywhere(taken: Bitmap, count: number, random: Random): Int32Array {
  return chooseFrom(taken.missing(), count, random);
}

/** The same, but places that were never connected come first. */
export function growUnfired(taken: Bitmap, everActive: Bitmap, count: number, random: Random): Int32Array {
  const fresh = chooseFrom(everActive.missing(), count, random);
  if (fresh.length === count) return fresh;
  const known = taken.missing().filter((place) => everActive.has(place));
  const others = chooseFrom(known, count - fresh.length, random);
  return Int32Array.from([...fresh, ...others]).sort();
}

/** Those `count` places that are not taken where the sum of the gradients is largest. */
export async function growByGradient(
  pattern: SparsePattern,
  taken: Bitmap,
  gradients: readonly DenseGradient[],
  count: number,
): Promise<Int32Array> {
  const top = new TopPlaces(count);
  for await (const { first, rows } of summedRows(pattern, gradients)) {
    offerRows(top, pattern, taken, rows, first / pattern.block);
  }
  return top.places();
}

/** The same for a sum of gradients that is there. */
export function growByDense(
  pattern: SparsePattern,
  taken: Bitmap,
  gradient: Float32Array,
  count: number,
): Int32Array {
  const top = new TopPlaces(count);
  offerRows(top, pattern, taken, gradient, 0);
  return top.places();
}

/** The whole sum of some gradients. */
export async function denseSum(
  pattern: SparsePattern,
  gradients: readonly DenseGradient[],
): Promise<Float32Array> {
  const { outputs, columns } = pattern;
  const sum = new Float32Array(outputs * columns);
  for await (const { first, rows } of summedRows(pattern, gradients)) sum.set(rows, first * columns);
  return sum;
}

/** The sum of some gradients, rows after rows. */
async function* summedRows(
  { outputs, columns, block }: SparsePattern,
  gradients: readonly DenseGradient[],
): AsyncGenerator<{ first: number; rows: Float32Array }> {
  const whole = gradients.some((gradient) => gradient.whole);
  const atOnce = whole ? outputs : block * Math.max(1, Math.floor(BLOCK_NUMBERS / (columns * block)));
  for (let first = 0; first < outputs; first += atOnce) {
    const count = Math.min(atOnce, outputs - first);
    const [rows = new Float32Array(count * columns), ...others] = await Promise.all(
      gradients.map((gradient) => gradient.rows(first, count).data()),
    );
    for (const values of others) values.forEach((value, i) => (rows[i]! += value));
    yield { first, rows };
  }
}

function offerRows(
  top: TopPlaces,
  { columns, block }: SparsePattern,
  taken: Bitmap,
  gradient: Float32Array,
  firstRow: number,
): void {
  for (let row = 0; row < gradient.length / columns / block; row++) {
    for (let column = 0; column < columns; column++) {
      let score = 0;
      for (let lane = 0, at = row * block * columns + column; lane < block; lane++, at += columns) {
        score += Math.abs(gradient[at] as number);
      }
      // Most scores are too small, which is found out faster than whether the place is taken.
      if (!(score > top.limit)) continue;
      const place = (firstRow + row) * columns + column;
      if (!taken.has(place)) top.offer(place, score);
    }
  }
}

/** @param momentum of each value of the layer */
export function growByMomentum(
  pattern: SparsePattern,
  slots: Slots,
  taken: Bitmap,
  momentum: Float32Array,
  count: number,
): Int32Array {
  const { columns, places } = pattern;
  const sums = slots.sums((slot) => Math.abs(momentum[slot] as number));
  const rows = roomOf(pattern) / columns;
  const rowMeans = means(rows, places, sums, (place) => Math.floor(place / columns));
  const columnMeans = means(columns, places, sums, (place) => place % columns);
  const top = new TopPlaces(count);
  for (let row = 0, place = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, place++) {
      const score = (rowMeans[row] as number) * (columnMeans[column] as number);
      if (score > top.limit && !taken.has(place)) top.offer(place, score);
    }
  }
  return top.places();
}

/** Mean of the sums in each group; 0 where there is none. */
function means(
  groups: number,
  places: Int32Array,
  sums: Float64Array,
  groupOf: (place: number) => number,
): Float64Array {
  const [totals, counts] = [new Float64Array(groups), new Float64Array(groups)];
  places.forEach((place, i) => {
    totals[groupOf(place)]! += sums[i] as number;
    counts[groupOf(place)]!++;
  });
  return totals.map((total, group) => total / Math.max(1, counts[group] as number));
}
