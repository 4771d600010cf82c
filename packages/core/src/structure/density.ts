import { checkArray, checkNumber, checkOneOf, checkOptions, checkShape } from "../checks.ts";
import { STRUCTURE_DEFAULTS } from "./defaults.ts";

/**
 * How the density of a network is spread over its layers; see `allocateDensity`.
 *
 * - `uniform`: the same in every layer
 * - `er`: Erdős-Rényi, proportional to (inputs + outputs) / (inputs outputs), of channels in convolutions
 * - `erk`: Erdős-Rényi kernel, with the kernel's sides: (o + i + kH + kW) / (o i kH kW)
 */
export type Distribution = "uniform" | "er" | "erk";

/** Names of the distributions. */
export const DISTRIBUTIONS: readonly Distribution[] = ["uniform", "er", "erk"];

/** The weight of a layer whose density is wanted. */
export interface WeightShape {
  readonly name: string;
  /** [O, I] or [O, I, kH, kW]. */
  readonly shape: readonly number[];
}

/**
 * The density of each layer, such that altogether `density` of the weights remains:
 *
 *   p_l = eps raw_l,   eps = (d sum_sparse N - (1 - d) sum_dense N) / sum_sparse (raw N)
 *
 * A layer for which that exceeds 1 is dense, its weights are charged to the others, and eps is found anew.
 *
 * @param density share of all weights, 0 < density <= 1
 * @returns densities in the order of the layers
 * @throws MyelinError for a density out of range or an unknown distribution
 * @source Mocanu et al., Nature Communications 2018 (er); Evci et al., ICML 2020, section 3 (erk)
 */
export function allocateDensity(
  layers: readonly WeightShape[],
  density: number,
  distribution: Distribution = STRUCTURE_DEFAULTS.distribution,
): number[] {
  checkArray("allocateDensity.layers", layers, "an array of { name, shape }", (symbol, layer) => {
    checkOptions(symbol, layer, { name: true, shape: true }, "{ name, shape }");
    checkShape(`${symbol}.shape`, layer.shape);
  });
  checkNumber("allocateDensity.density", density, { above: 0, max: 1 }, "It is the share of weights kept.");
  checkOneOf("allocateDensity.distribution", distribution, DISTRIBUTIONS);
  if (distribution === "uniform") return layers.map(() => density);
  const weights = layers.map(({ shape }) => shape.reduce((product, n) => product * n, 1));
  const raw = layers.map(({ shape }) => rawDensity(shape, distribution));
  const isDense = layers.map(() => false);
  for (;;) {
    const eps = factor(weights, raw, isDense, density);
    const full = raw.findIndex((value, i) => !isDense[i] && value * eps > 1);
    if (full < 0) return raw.map((value, i) => (isDense[i] ? 1 : value * eps));
    const highest = Math.max(...raw.filter((_, i) => !isDense[i]));
    raw.forEach((value, i) => (isDense[i] ||= value === highest));
  }
}

function rawDensity(shape: readonly number[], distribution: Distribution): number {
  const sides = distribution === "erk" ? shape : shape.slice(0, 2);
  return sides.reduce((sum, n) => sum + n, 0) / sides.reduce((product, n) => product * n, 1);
}

function factor(
  weights: readonly number[],
  raw: readonly number[],
  isDense: readonly boolean[],
  density: number,
): number {
  let [kept, divisor] = [0, 0];
  weights.forEach((count, i) => {
    kept += isDense[i] ? -(1 - density) * count : density * count;
    if (!isDense[i]) divisor += (raw[i] as number) * count;
  });
  return kept / divisor;
}
