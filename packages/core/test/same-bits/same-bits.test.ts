import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Engine, type EngineOptions, useEngine, createEngine } from "../../src/index.ts";
import { train, TRAININGS } from "./trainings.ts";

/**
 * What small trainings end with, as hashes in `hashes.json`. A change that shall not change results leaves them as
 * they are; `npx vitest run --project node packages/core/test/same-bits -u` records them anew. Fixed-width SIMD, as
 * relaxed SIMD may round differently from machine to machine.
 */
async function hashesOf(options: EngineOptions): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const [name, training] of Object.entries(TRAININGS)) {
    const engine = await createEngine({ ...options, seed: 1 });
    try {
      useEngine(engine);
      hashes[name] = await hashOf(engine, training);
    } finally {
      await engine.dispose();
    }
  }
  return hashes;
}

async function hashOf(engine: Engine, training: (typeof TRAININGS)[string]): Promise<string> {
  const hash = createHash("sha256");
  for (const values of await train(training, engine)) {
    expect(values.every(Number.isFinite)).toBe(true);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}

describe("small trainings", () => {
  it.each([1, 2])("end with the same bits as before, on %i threads", { timeout: 60_000 }, async (threads) => {
    const hashes = await hashesOf({ backend: "wasm", wasm: { simd: "simd", threads } });
    await expect(`${JSON.stringify(hashes, null, 2)}\n`).toMatchFileSnapshot("hashes.json");
  });
});
