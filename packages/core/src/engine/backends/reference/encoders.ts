/** From numbers to spike trains `[T, size]`. */
import type { SequenceSize } from "../../backend.ts";
import { RANDOM_RANGE, randomBits } from "../../random.ts";

/** `y[t, e] = 1` with probability `x[e]`: where `randomBits(key, t size + e) < x[e] 2^32`. */
export function bernoulli(
  { steps, size }: SequenceSize,
  key: number,
  x: Float64Array,
  y: Float64Array,
): void {
  for (let i = 0; i < steps * size; i++) y[i] = randomBits(key, i) < x[i % size]! * RANDOM_RANGE ? 1 : 0;
}

/**
 * Time to first spike: one spike at `floor((1 - x) (T - 1) + 1/2)` for x > 0, the sooner the larger x;
 * x is clamped to 1, and x <= 0 stays silent.
 */
export function latency({ steps, size }: SequenceSize, x: Float64Array, y: Float64Array): void {
  y.fill(0);
  for (let e = 0; e < size; e++) {
    if (!(x[e]! > 0)) continue;
    const t = Math.floor((1 - Math.min(1, x[e]!)) * (steps - 1) + 0.5);
    y[t * size + e] = 1;
  }
}

/** With d = x[t] - x[t-1] and x[-1] = 0: 1 where `d >= threshold`, -1 where `d <= -threshold` if signed, else 0. */
export function delta(
  { steps, size }: SequenceSize,
  threshold: number,
  signed: boolean,
  x: Float64Array,
  y: Float64Array,
): void {
  for (let i = 0; i < steps * size; i++) {
    const change = x[i]! - (i < size ? 0 : x[i - size]!);
    if (change >= threshold) y[i] = 1;
    else y[i] = signed && change <= -threshold ? -1 : 0;
  }
}
