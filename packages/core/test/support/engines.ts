import { afterAll, beforeAll } from "vitest";
import { createEngine, type Engine, useEngine } from "../../src/index.ts";

/** Both backends that run everywhere. */
export const BACKENDS = ["reference", "wasm"] as const;

/** Starts an engine for the tests of the enclosing block and makes it the current one. */
export function withEngine(backend: (typeof BACKENDS)[number], seed = 1): () => Engine {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await createEngine({ backend, seed, threads: 1 });
    useEngine(engine);
  });
  afterAll(() => engine?.dispose());
  return () => engine as Engine;
}
