/**
 * The bench on which one operation runs: it hands out inputs and guarded outputs on a backend, and afterwards reads
 * what came out. The same case runs on two benches, and the results are compared.
 */
import type { Backend, ImageSize, Storage } from "../../src/engine/backend/index.ts";

/** An operation, and how closely every backend must agree on its results. */
export interface Case {
  readonly name: string;
  /** Largest difference, relative to the largest magnitude of the result; 0 asks for equality. */
  readonly tolerance: number;
  readonly run: (bench: Bench) => void | Promise<void>;
}

/** Tolerance of what float32 rounds along the way. */
export const ROUNDED = 2e-4;

/** Results by name, in logical order. */
export type Results = Readonly<Record<string, Float32Array>>;

const GUARD_LENGTH = 16;
const GUARD_VALUE = 12345.5;

interface Placed {
  readonly name: string;
  readonly storage: Storage;
  readonly image: ImageSize | undefined;
}

export class Bench {
  readonly backend: Backend;
  readonly #inputs: (Placed & { readonly data: Float32Array })[] = [];
  readonly #outputs: Placed[] = [];
  readonly #guards: Placed[] = [];

  readonly #numbers: Record<string, Float32Array> = {};

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** Storage with these numbers, which the operation must leave as they are. */
  in(data: Float32Array, image?: ImageSize): Storage {
    const storage = this.backend.memory.allocate(data.length, "step");
    this.backend.memory.write(storage, data, image);
    this.#inputs.push({ name: `input ${this.#inputs.length + 1}`, storage, image, data: data.slice() });
    return storage;
  }

  /** Storage between two guards that the operation must fill: it holds NaN before. */
  out(name: string, length: number, image?: ImageSize): Storage {
    return this.inOut(name, new Float32Array(length).fill(NaN), image);
  }

  /** As `out`, with numbers that the operation may read first. */
  inOut(name: string, data: Float32Array, image?: ImageSize): Storage {
    this.#guard(`guard before ${name}`);
    const storage = this.backend.memory.allocate(data.length, "step");
    this.#guard(`guard after ${name}`);
    this.backend.memory.write(storage, data, image);
    this.#outputs.push({ name, storage, image });
    return storage;
  }

  /** Keeps a number that the operation returned. */
  note(name: string, value: number): void {
    this.#numbers[name] = Float32Array.of(value);
  }

  /**
   * Reads all outputs.
   *
   * @throws Error when a guard or an input has changed
   */
  async results(): Promise<Results> {
    const results: Record<string, Float32Array> = { ...this.#numbers };
    for (const { name, storage, image } of this.#outputs)
      results[name] = await this.backend.memory.read(storage, image);
    for (const { name, storage } of this.#guards) {
      const kept = await this.backend.memory.read(storage);
      if (kept.some((value) => value !== GUARD_VALUE))
        throw new Error(`${name} was overwritten: [${kept.join(", ")}]`);
    }
    for (const { name, storage, image, data } of this.#inputs) {
      const difference = firstDifference(data, await this.backend.memory.read(storage, image), 0);
      if (difference) throw new Error(`${name} was changed: ${difference}`);
    }
    return results;
  }

  #guard(name: string): void {
    const storage = this.backend.memory.allocate(GUARD_LENGTH, "step");
    this.backend.elementwise.fill(GUARD_LENGTH, { out: storage }, GUARD_VALUE);
    this.#guards.push({ name, storage, image: undefined });
  }
}

/** Runs a case on a backend. */
export async function resultsOf({ run }: Case, backend: Backend): Promise<Results> {
  const bench = new Bench(backend);
  try {
    await run(bench);
    return await bench.results();
  } finally {
    backend.memory.endStep();
  }
}

/** Names the first result in which two runs differ, or undefined. */
export function disagreement(expected: Results, actual: Results, tolerance: number): string | undefined {
  for (const [name, values] of Object.entries(expected)) {
    const difference = firstDifference(values, actual[name] ?? new Float32Array(0), tolerance);
    if (difference) return `${name}${difference}`;
  }
  return undefined;
}

/** `"[7]: expected 1, got 2"`, or undefined; NaN equals NaN, and infinities must be the same. */
function firstDifference(
  expected: Float32Array,
  actual: Float32Array,
  tolerance: number,
): string | undefined {
  if (expected.length !== actual.length) return `: expected ${expected.length} numbers, got ${actual.length}`;
  const largest = expected.reduce((max, x) => (Number.isFinite(x) ? Math.max(max, Math.abs(x)) : max), 0);
  const allowed = tolerance * largest;
  const at = expected.findIndex((value, i) => !agrees(value, actual[i]!, allowed));
  if (at < 0) return undefined;
  return `[${at}]: expected ${expected[at]}, got ${actual[at]} (of ${expected.length}, allowed ${allowed})`;
}

function agrees(expected: number, actual: number, allowed: number): boolean {
  if (expected === actual || (Number.isNaN(expected) && Number.isNaN(actual))) return true;
  return Math.abs(expected - actual) <= allowed && Number.isFinite(expected);
}
