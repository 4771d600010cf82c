import { Message } from "./protobuf.ts";

/** Buckets of a histogram, of equal width. */
const BUCKETS = 64;

/** Numbers as TensorBoard's HistogramProto; those that are not finite are left out. */
export function histogramMessage(values: ArrayLike<number>): Message {
  let [least, most, count, sum, squares] = [Infinity, -Infinity, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
    count++;
    sum += value;
    squares += value * value;
  }
  if (count === 0) return new Message().doubles(6, [0]).doubles(7, [0]);
  const { limits, counts } =
    least < most ? buckets(values, least, most) : { limits: [most], counts: [count] };
  const numbers = [least, most, count, sum, squares];
  const message = new Message();
  numbers.forEach((value, i) => message.double(i + 1, value));
  return message.doubles(6, limits).doubles(7, counts);
}

/** Upper limits of buckets, and how many values are at or below each and above the one before. */
function buckets(
  values: ArrayLike<number>,
  least: number,
  most: number,
): { readonly limits: readonly number[]; readonly counts: readonly number[] } {
  const width = (most - least) / BUCKETS;
  const counts = new Array<number>(BUCKETS).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    const bucket = Math.ceil((value - least) / width) - 1;
    counts[Math.min(Math.max(bucket, 0), BUCKETS - 1)]!++;
  }
  return { limits: counts.map((_, i) => (i === BUCKETS - 1 ? most : least + (i + 1) * width)), counts };
}
