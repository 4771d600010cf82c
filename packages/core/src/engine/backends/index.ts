/** The backends of the library. Each is loaded when an engine first asks for it. */
import { checkBoolean, checkInteger, checkOneOf, checkOptions } from "../../checks.ts";
import type { Backend } from "../backend/index.ts";
import type { WasmOptions } from "./wasm/index.ts";

export type { WasmOptions } from "./wasm/index.ts";

/** Options of single backends, each under the backend's name; those of a backend that is not used are only checked. */
export interface BackendOptions {
  /** Of the backend "wasm". */
  readonly wasm?: WasmOptions | undefined;
}

const START = {
  wasm: async ({ wasm }: BackendOptions): Promise<Backend> =>
    (await import("./wasm/index.ts")).createWasmBackend(wasm),
  reference: async (): Promise<Backend> => (await import("./reference/index.ts")).createReferenceBackend(),
};

/** A backend of the library: "wasm", or "reference", which is slow and computes in float64. */
export type BackendName = keyof typeof START;

/** All names of backends, the default first. */
export const BACKEND_NAMES: readonly BackendName[] = Object.keys(START) as BackendName[];

/**
 * Loads a backend and starts it.
 * @throws BackendError when it cannot run here
 */
export function startBackend(name: BackendName, options: BackendOptions): Promise<Backend> {
  return START[name](options);
}

/** Bytes of memory that a backend may be given. */
const MEMORY = { min: 2 ** 26, max: 2 ** 32 };
const THREADS_HINT = "Leave it away for as many as the machine has.";

/** @throws MyelinError for an unknown option, or one out of range */
export function checkWasmOptions(symbol: string, options: WasmOptions): void {
  checkOptions(symbol, options, { threads: true, simd: true, wide: true, memoryLimit: true, guard: true });
  const { threads, simd, wide, memoryLimit, guard } = options;
  if (threads !== undefined) checkInteger(`${symbol}.threads`, threads, { min: 1, max: 256 }, THREADS_HINT);
  if (simd !== undefined) checkOneOf(`${symbol}.simd`, simd, ["auto", "simd", "relaxed"]);
  if (memoryLimit !== undefined) checkInteger(`${symbol}.memoryLimit`, memoryLimit, MEMORY);
  if (wide !== undefined) checkBoolean(`${symbol}.wide`, wide);
  if (guard !== undefined) checkBoolean(`${symbol}.guard`, guard);
}
