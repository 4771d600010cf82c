/**
 * Random numbers of a seed, so that a run of the harness can be repeated (the moments themselves depend on the machine).
 *
 * @param {number} seed
 * @returns {() => number} numbers from 0 to 1, the 1 left out
 */
export function randomFrom(seed) {
  let state = BigInt(seed) + 1n;
  return () => {
    // Steele, Lea and Flood's SplitMix64, 2014.
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return Number((z ^ (z >> 31n)) >> 11n) / 2 ** 53;
  };
}
