import { createEngine } from "@myelin/core";
import { describe, expect, inject, it } from "vitest";
import type { StepEnd } from "./death-worker.ts";
import type { ThreadReport } from "./thread-worker.ts";

/** What a worker answers to `message`. */
function answerOf<T>(worker: Worker, message: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    worker.addEventListener("message", ({ data }) => resolve(data as T));
    worker.addEventListener("error", ({ message }) => reject(new Error(message)));
    worker.postMessage(message);
  }).finally(() => worker.terminate());
}

function runInWorker(): Promise<ThreadReport> {
  const worker = new Worker(new URL("./thread-worker.ts", import.meta.url), { type: "module" });
  return answerOf(worker, "run");
}

function endThreads(which: "one" | "all"): Promise<StepEnd[]> {
  return answerOf(new Worker(new URL("./death-worker.ts", import.meta.url), { type: "module" }), which);
}

describe("threads in the browser", () => {
  it("run in a worker under cross-origin isolation, and change no bit", { timeout: 120_000 }, async () => {
    expect(crossOriginIsolated).toBe(inject("isolated"));
    const { threads, description, ran, failures } = await runInWorker();
    expect(failures).toEqual([]);
    expect(ran).toBeGreaterThan(500);
    expect(threads).toBe(inject("isolated") ? 2 : 1);
    if (!inject("isolated")) expect(description).toContain("not cross-origin isolated");
  });

  it("are not used on a page's main thread, which may not wait", async () => {
    const engine = await createEngine({ wasm: { threads: 2 } });
    expect(engine.backend.threads).toBe(1);
    expect(engine.backend.description).toMatch(/main thread|not cross-origin isolated/);
    await engine.dispose();
  });

  it.runIf(inject("isolated")).each(["one", "all"] as const)(
    "that end are told of within a second: %s of the engine's workers",
    async (which) => {
      const [before, first, second] = await endThreads(which);
      expect(before!.message).toBe("");
      for (const { message, ms } of [first!, second!]) {
        expect(message).toContain("engine: expected all of its threads to live, got one that");
        expect(ms).toBeLessThan(1000);
      }
    },
  );
});
