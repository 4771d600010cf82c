/** The backends that golden cases run on. */
import { createEngine, type Engine } from "@myelin/core";
import type { Tolerances } from "./comparison.ts";

export interface GoldenBackend {
  readonly name: string;
  readonly tolerances: Tolerances;
  readonly start: () => Promise<Engine>;
}

const FLOAT64: Tolerances = { tensor: 2e-6, curve: 2e-6 };
const FLOAT32: Tolerances = { tensor: 2e-4, curve: 1e-3 };

/** The float64 specification. */
export const reference: GoldenBackend = {
  name: "reference",
  tolerances: FLOAT64,
  start: () => createEngine({ backend: "reference" }),
};

/** The WebAssembly kernels with so many threads. */
export function wasm(threads: number): GoldenBackend {
  return {
    name: threads === 1 ? "wasm, 1 thread" : `wasm, ${threads} threads`,
    tolerances: FLOAT32,
    start: () => createEngine({ backend: "wasm", wasm: { threads } }),
  };
}
