/**
 * From values to spike trains `[T, size]`.
 * One path, plain loops in the order of the equations.
 * The specification: test/conformance holds other backends against it.
 */
import type { EncodeBackend } from "../../backend/index.ts";
import type { OnArrays } from "./arrays.ts";
import { RANDOM_RANGE, randomBits } from "../../random.ts";

/** The operations of `EncodeBackend`. */
export const encode: OnArrays<EncodeBackend> = {
  /** `y[t, e] = 1` with probability `x[e]`: where `randomBits(key, t size + e) < x[e] 2^32`. */
  bernoulli({ steps, size }, { x, y }, { key }) {
    for (let i = 0; i < steps * size; i++) y[i] = randomBits(key, i) < x[i % size]! * RANDOM_RANGE ? 1 : 0;
  },

  /**
   * Time to first spike: one spike at `floor((1 - x) (T - 1) + 1/2)` for x > 0, the sooner the larger x;
   * x is clamped to 1, and x <= 0 stays silent.
   */
  latency({ steps, size }, { x, y }) {
    y.fill(0);
    for (let e = 0; e < size; e++) {
      if (!(x[e]! > 0)) continue;
      const t = Math.floor((1 - Math.min(1, x[e]!)) * (steps - 1) + 0.5);
      y[t * size + e] = 1;
    }
  },

  /** With d = x[t] - x[t-1] and x[-1] = 0: 1 where `d >= threshold`, -1 where `d <= -threshold` if signed, else 0. */
  delta({ steps, size }, { x, y }, { threshold, signed }) {
    for (let i = 0; i < steps * size; i++) {
      const change = x[i]! - (i < size ? 0 : x[i - size]!);
      if (change >= threshold) y[i] = 1;
      else y[i] = signed && change <= -threshold ? -1 : 0;
    }
  },
};
