import type { Slots } from "./pattern.ts";
import { smallest } from "./selection.ts";

/**
 * Which connections go:
 *
 * - `magnitude`: those with the smallest |w|
 * - `set`: the same share of the smallest positive and of the largest negative weights
 * - `taylor`: those with the smallest (w dL/dw)^2, the change of the loss without them to first order
 *
 * @source Evci et al., ICML 2020 (magnitude); Mocanu et al., Nature Communications 2018 (set); Molchanov et al.,
 * CVPR 2019 (taylor)
 */
export type PruneRule = "magnitude" | "set" | "taylor";

/** Names of the rules. */
export const PRUNE_RULES: readonly PruneRule[] = ["magnitude", "set", "taylor"];

/**
 * Indices among the places that are removed, ascending; blocks count with the sum of their weights' scores.
 *
 * @param weights values of the layer
 * @param gradient their gradient, for `taylor`
 * @param count how many
 */
export function chooseRemoved(
  rule: PruneRule,
  slots: Slots,
  weights: Float32Array,
  gradient: Float32Array | undefined,
  count: number,
): Int32Array {
  if (rule === "taylor" && gradient) {
    const saliency = (slot: number): number => ((weights[slot] as number) * (gradient[slot] as number)) ** 2;
    return smallest(slots.sums(saliency), count);
  }
  const magnitudes = slots.sums((slot) => Math.abs(weights[slot] as number));
  if (rule !== "set") return smallest(magnitudes, count);
  const sums = slots.sums((slot) => weights[slot] as number);
  return smallestOfEachSign(magnitudes, sums, count);
}

/** Zeros count as positive. */
function smallestOfEachSign(magnitudes: Float64Array, sums: Float64Array, count: number): Int32Array {
  const negative = sums.reduce((total, sum) => total + Number(sum < 0), 0);
  const fromNegative = Math.round((count * negative) / Math.max(1, sums.length));
  const part = (isNegative: boolean, share: number): Int32Array =>
    smallest(
      magnitudes.map((magnitude, i) => ((sums[i] as number) < 0 === isNegative ? magnitude : Infinity)),
      share,
    );
  return Int32Array.from([...part(true, fromNegative), ...part(false, count - fromNegative)]).sort();
}
