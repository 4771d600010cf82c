/**
 * Random numbers. Two kinds, for two needs:
 *
 * - `randomBits(key, index)` is a pure function (a counter-based generator): every element of a mask has its own
 *   number, whatever the order in which elements are visited. Kernels use it, so threads never change a result.
 * - `Random` is a sequential generator with a state that can be saved: initialisation, shuffles, fresh keys.
 *
 * Everything is 32-bit integer arithmetic, so every machine and every backend gives the same bits.
 */
import { checkArray, checkInteger, refuse } from "../checks.ts";

/** 2^32: `randomBits(key, index) < p * RANDOM_RANGE` happens with probability p. */
export const RANDOM_RANGE = 4294967296;

/** The step of Weyl sequences: 2^32 divided by the golden ratio, made odd. */
const GOLDEN = 0x9e3779b9;
const FIRST_MULTIPLIER = 0x21f0aaad;
const SECOND_MULTIPLIER = 0x735a2d97;

/**
 * A bijection of the 32-bit integers in which every input bit moves every output bit
 * with probability close to one half (two multiply-xorshift rounds).
 *
 * @returns a signed 32-bit integer
 */
export function scramble(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), FIRST_MULTIPLIER);
  h = Math.imul(h ^ (h >>> 15), SECOND_MULTIPLIER);
  return h ^ (h >>> 15);
}

/**
 * The random number at place `index` of the stream `key`: two multiply-xorshift rounds over the index, with the
 * scrambled key xored in before the first and added before the second, so that two streams are never
 * permutations of each other. With `k = scramble(key + 0x9e3779b9)`, in 32-bit arithmetic:
 *
 *   1. h = (index xor k)
 *   2. h = (h xor h >>> 16) * 0x21f0aaad
 *   3. h = (h xor h >>> 15) + k
 *   4. h = h * 0x735a2d97
 *   5. h xor h >>> 15
 *
 * @param key any integer; its low 32 bits count
 * @param index 0 <= index < 2^32
 * @returns an integer, 0 <= bits < 2^32
 */
export function randomBits(key: number, index: number): number {
  const k = scramble(key + GOLDEN);
  let h = index ^ k;
  h = Math.imul(h ^ (h >>> 16), FIRST_MULTIPLIER);
  h = Math.imul((h ^ (h >>> 15)) + k, SECOND_MULTIPLIER);
  return (h ^ (h >>> 15)) >>> 0;
}

type State = [number, number, number, number];

/** A seeded generator (xoshiro128**, Blackman & Vigna 2018) whose whole state is four 32-bit integers. */
export class Random {
  #state: State;

  /** @param seed any integer; its low 32 bits, drawn out by a Weyl sequence, fill the state */
  constructor(seed: number) {
    checkInteger("Random.seed", seed, {});
    this.#state = [1, 2, 3, 4].map((i) => scramble(seed + Math.imul(i, GOLDEN)) >>> 0) as State;
  }

  /** An integer, 0 <= value < 2^32. */
  nextUint32(): number {
    const s = this.#state;
    const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return result;
  }

  /** A multiple of 2^-24 in [0, 1): exact in float32, so rounding never makes it 1. */
  uniform(): number {
    return (this.nextUint32() >>> 8) * 2 ** -24;
  }

  /** A standard normal number (Box & Muller); each call draws two uniform ones and keeps nothing back. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /**
   * An integer, 0 <= value < n, all equally likely.
   *
   * @throws MyelinError unless n is an integer from 1 to 2^32
   */
  integer(n: number): number {
    checkInteger("Random.integer", n, { min: 1, max: RANDOM_RANGE }, "Pass the number of choices.");
    const limit = RANDOM_RANGE - (RANDOM_RANGE % n);
    let bits = this.nextUint32();
    while (bits >= limit) bits = this.nextUint32();
    return bits % n;
  }

  /** Puts the elements in random order, in place (Fisher & Yates), and returns the same array. */
  shuffle<A extends { readonly length: number; [index: number]: unknown }>(array: A): A {
    const isList: boolean = Array.isArray(array) || ArrayBuffer.isView(array);
    if (!isList) {
      refuse("Random.shuffle", "an array or a typed array", array);
    }
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = array[i];
      array[i] = array[j];
      array[j] = kept;
    }
    return array;
  }

  /** Four 32-bit integers that `setState` takes back. */
  getState(): number[] {
    return this.#state.map((word) => word >>> 0);
  }

  /**
   * Continues where `getState` was called.
   *
   * @throws MyelinError unless given four 32-bit integers that are not all zero
   */
  setState(state: readonly number[]): void {
    const what = "four 32-bit integers, not all zero";
    const hint = "Pass what getState() returned.";
    checkArray("Random.setState", state, what);
    const valid = state.length === 4 && state.every((word) => Number.isInteger(word) && word >>> 0 === word);
    if (!valid || state.every((word) => word === 0)) refuse("Random.setState", what, state, hint);
    this.#state = [...state] as State;
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
