import { Random, ShapeError } from "@myelin/core";
import { describeValue } from "@myelin/core/checks";
import { randomBits } from "@myelin/core/ops";

/** Uses of randomness that must not share numbers although they share a seed. */
export const STREAMS = { shuffle: 1, augment: 2, split: 3, encode: 4 } as const;

/**
 * The key of one branch of the tree of random streams below `seed`. Each step of the path is hashed in with the
 * engine's counter-based generator, so a key depends on its path only and never on what was drawn before.
 *
 * @throws ShapeError unless `seed` is a whole number
 * @example streamKey(seed, STREAMS.augment, epoch, sample)
 */
export function streamKey(seed: number, ...path: readonly number[]): number {
  if (!Number.isSafeInteger(seed)) {
    throw new ShapeError(
      `seed: expected a whole number, got ${describeValue(seed)}. The same seed gives the same numbers.`,
    );
  }
  return path.reduce(randomBits, seed);
}

/** The integers 0 .. count-1 in an order that depends on `key` alone. */
export function permutation(count: number, key: number): Uint32Array {
  return new Random(key).shuffle(Uint32Array.from({ length: count }, (_, index) => index));
}
