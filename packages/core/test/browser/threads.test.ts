import { createEngine } from "@myelin/core";
import { describe, expect, inject, it } from "vitest";
import type { ThreadReport } from "./thread-worker.ts";

function runInWorker(): Promise<ThreadReport> {
  const worker = new Worker(new URL("./thread-worker.ts", import.meta.url), { type: "module" });
  return new Promise<ThreadReport>((resolve, reject) => {
    worker.addEventListener("message", ({ data }) => resolve(data as ThreadReport));
    worker.addEventListener("error", ({ message }) => reject(new Error(message)));
    worker.postMessage("run");
  }).finally(() => worker.terminate());
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
    const engine = await createEngine({ threads: 2 });
    expect(engine.backend.threads).toBe(1);
    expect(engine.backend.description).toMatch(/main thread|not cross-origin isolated/);
    await engine.dispose();
  });
});
