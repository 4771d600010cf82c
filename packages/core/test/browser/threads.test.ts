import { createEngine } from "@myelin/core";
import { describe, expect, inject, it } from "vitest";

const MOST_THREADS = 8;

describe("threads in the browser", () => {
  it("are as many as there are cores under cross-origin isolation, else one", async () => {
    expect(crossOriginIsolated).toBe(inject("isolated"));
    const engine = await createEngine();
    const cores = Math.min(navigator.hardwareConcurrency, MOST_THREADS);
    expect(engine.backend.threads).toBe(inject("isolated") ? cores : 1);
    await engine.dispose();
  });
});
