/** Inputs for the conformance cases: seeded, and in float32 from the start. */
import { Random } from "../../src/engine/random.ts";

/** Sizes below, at, above and between the tiles of 4, 6, 8 and 32 that kernels work in, and primes. */
export const SWEEP = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 31, 32, 33, 47, 63, 64, 65, 67];

/** The part of the sweep that matters for the slow cases. */
export const SHORT_SWEEP = [1, 3, 4, 5, 7, 8, 9, 16, 17, 33];

/** Shares of values that are not zero, from silence to all. */
export const DENSITIES = [0, 0.01, 0.1, 0.5, 1];

/** A random array: `element` is called once per value. */
function generate(length: number, seed: number, element: (random: Random) => number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => element(random));
}

/** Multiples of 1/64 in [-1, 1]: sums of up to 4096 products of two are exact in float32, in any order. */
export function dyadic(length: number, seed = 1): Float32Array {
  return generate(length, seed, drawDyadic);
}

/** As `dyadic`, without zeros. */
export function dyadicNonZero(length: number, seed = 1): Float32Array {
  return generate(length, seed, (random) => drawDyadic(random) || 0.5);
}

/** Standard normal numbers. */
export function normal(length: number, seed = 1): Float32Array {
  return generate(length, seed, (random) => random.normal());
}

/** Uniform in [0, 1). */
export function uniform(length: number, seed = 1): Float32Array {
  return generate(length, seed, (random) => random.uniform());
}

/** Spikes: 1 with the given probability, else 0. */
export function spikes(length: number, density: number, seed = 1): Float32Array {
  return generate(length, seed, (random) => (random.uniform() < density ? 1 : 0));
}

/** Dyadic numbers with the given probability, else 0. */
export function sparse(length: number, density: number, seed = 1): Float32Array {
  return generate(length, seed, (random) => (random.uniform() < density ? drawDyadic(random) : 0));
}

/** Class numbers below `classes`. */
export function labels(length: number, classes: number, seed = 1): Float32Array {
  return generate(length, seed, (random) => random.integer(classes));
}

/** Class probabilities: a label for every other sample, a mixture of all classes for the others. */
export function mixtures(samples: number, classes: number): Float32Array {
  const [shares, label] = [uniform(samples * classes, 5), labels(samples, classes)];
  for (let b = 0; b < samples; b++) {
    const row = shares.subarray(b * classes, (b + 1) * classes);
    const total = row.reduce((sum, share) => sum + share, 0);
    row.forEach((share, k) => (row[k] = b % 2 === 0 ? Number(k === label[b]) : share / total));
  }
  return shares;
}

/** The same array with one value replaced. */
export function withValue(data: Float32Array, at: number, value: number): Float32Array {
  const changed = data.slice();
  changed[at] = value;
  return changed;
}

function drawDyadic(random: Random): number {
  return (random.integer(129) - 64) / 64;
}
