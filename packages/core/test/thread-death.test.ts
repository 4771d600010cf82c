import { syncBuiltinESMExports } from "node:module";
import worker from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BackendError, createEngine, type Engine, LIF, Linear, Sequential, tensor } from "../src/index.ts";

const { Worker } = worker;
let threads: worker.Worker[];
let engine: Engine;

/** Catches the threads that the engine starts. */
beforeEach(async () => {
  threads = [];
  worker.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      threads.push(this);
    }
  };
  syncBuiltinESMExports();
  engine = await createEngine({ wasm: { threads: 3 } });
});

afterEach(async () => {
  worker.Worker = Worker;
  syncBuiltinESMExports();
  await engine.dispose();
});

function network(): () => Promise<Float32Array> {
  const net = new Sequential(new Linear(256, 256), new LIF());
  const x = new Float32Array(16 * 64 * 256).fill(1);
  return () => engine.step(() => net.forward(tensor(x, [16, 64, 256])).data());
}

/** How the step ended, and after how long. */
async function endOf(step: () => Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const begin = Date.now();
  const error = await step().then(
    () => undefined,
    (cause: unknown) => cause,
  );
  return { error, ms: Date.now() - begin };
}

describe("an engine one of whose threads has ended", () => {
  it.each(["while it waits", "while this thread runs on"])(
    "says so within a second, and from then on: %s",
    async (when) => {
      const step = network();
      await step();
      expect(threads).toHaveLength(2);
      const ended = threads[1]!.terminate();
      if (when === "while it waits") await ended;
      const { error, ms } = await endOf(step);
      expect(error).toBeInstanceOf(BackendError);
      expect(String(error)).toMatch(/engine: expected all of its threads to live, got one that/);
      expect(ms).toBeLessThan(1000);
      expect((await endOf(step)).error).toBeInstanceOf(BackendError);
      expect((await endOf(() => engine.step(() => tensor([1, 2]).data()))).error).toBeInstanceOf(
        BackendError,
      );
    },
  );

  it("does not touch other engines", async () => {
    const other = await createEngine({ wasm: { threads: 2 } });
    await threads[0]!.terminate();
    expect((await endOf(() => engine.step(() => tensor([1, 2]).data()))).error).toBeInstanceOf(BackendError);
    expect(await other.step(() => tensor([1, 2]).data())).toEqual(Float32Array.of(1, 2));
    await other.dispose();
  });
});

describe("an engine on a host that does not tell whether its threads live", () => {
  it("gives up after a minute without progress", async () => {
    const Caught = worker.Worker;
    worker.Worker = class extends Caught {
      override performance = undefined as never;
    };
    syncBuiltinESMExports();
    const blind = await createEngine({ wasm: { threads: 2 } });
    threads[2]!.removeAllListeners("exit");
    await threads[2]!.terminate();
    // The minute passes at once.
    const wait = vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
    const net = new Sequential(new Linear(256, 256), new LIF());
    const x = new Float32Array(16 * 64 * 256).fill(1);
    const { error } = await endOf(() => blind.step(() => net.forward(tensor(x, [16, 64, 256])).data()));
    const looks = wait.mock.calls.length;
    wait.mockRestore();
    await blind.dispose();
    expect(String(error)).toMatch(/expected all of its threads to live, got one that ended while kernel/);
    expect(looks).toBeGreaterThanOrEqual(600);
  });
});

describe("an engine whose threads end at once", () => {
  it("does not start", async () => {
    worker.Worker = class extends Worker {
      constructor() {
        super("process.exit(1)", { eval: true });
      }
    };
    syncBuiltinESMExports();
    await expect(createEngine({ wasm: { threads: 2 } })).rejects.toThrow(
      "createEngine: expected 1 threads beside this one to start, got one that ended at once",
    );
  });
});
