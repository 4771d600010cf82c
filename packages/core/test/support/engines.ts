import { afterAll, beforeAll } from "vitest";
import {
  type BackendName,
  createEngine,
  type Engine,
  type EngineOptions,
  useEngine,
} from "../../src/index.ts";

/** Both backends that run everywhere. */
export const BACKENDS = ["reference", "wasm"] as const satisfies BackendName[];

/** The backends, and WebAssembly on two threads. */
export const ENGINES: Readonly<Record<string, EngineOptions>> = {
  reference: { backend: "reference" },
  "wasm, 1 thread": { backend: "wasm", wasm: { threads: 1 } },
  "wasm, 2 threads": { backend: "wasm", wasm: { threads: 2 } },
};

/** Starts an engine for the tests of the enclosing block and makes it the current one. */
export function withEngine(backend: BackendName | EngineOptions, seed = 1): () => Engine {
  const options = typeof backend === "string" ? { backend, wasm: { threads: 1 } } : backend;
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await createEngine({ ...options, seed });
    useEngine(engine);
  });
  afterAll(() => engine?.dispose());
  return () => engine as Engine;
}
