/** Largest difference relative to the largest expected magnitude. */
export function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs), 1e-12);
  return Math.max(...expected.map((value, i) => Math.abs((actual[i] ?? NaN) - value) / scale));
}
