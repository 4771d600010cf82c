import { readFileSync } from "node:fs";

/** One tensor of a golden case. */
export interface GoldenTensor {
  readonly shape: number[];
  readonly data: number[];
}

/** One case of a golden file. */
export interface GoldenCase {
  readonly name: string;
  readonly options: Record<string, unknown>;
  readonly tensors: Record<string, GoldenTensor>;
}

/** The cases of `golden/fixtures/<file>`. */
export function goldenCases(file: string): GoldenCase[] {
  const url = new URL(`../golden/fixtures/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, "utf8")) as { cases: GoldenCase[] }).cases;
}

/** Largest difference relative to the largest expected magnitude. */
export function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs), 1e-12);
  return Math.max(...expected.map((value, i) => Math.abs((actual[i] ?? NaN) - value) / scale));
}
