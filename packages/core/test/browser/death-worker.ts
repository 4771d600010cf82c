/**
 * Runs in a worker, where a browser allows threads: ends one of the engine's threads and answers with how the next
 * steps ended, and after how many milliseconds.
 */
import { createEngine, LIF, Linear, Sequential, tensor } from "../../src/index.ts";

/** How a step ended. */
export interface StepEnd {
  readonly message: string;
  readonly ms: number;
}

async function run(which: "one" | "all"): Promise<StepEnd[]> {
  const workers: Worker[] = [];
  const Original = Worker;
  self.Worker = class extends Original {
    constructor(url: string | URL) {
      super(url);
      workers.push(this);
    }
  };
  const engine = await createEngine({ wasm: { threads: 2 } });
  const net = new Sequential(new Linear(256, 256), new LIF());
  const x = new Float32Array(16 * 64 * 256).fill(1);
  const step = (): Promise<StepEnd> => {
    const begin = Date.now();
    return engine
      .step(() => net.forward(tensor(x, [16, 64, 256])).data())
      .then(
        () => "",
        (error: unknown) => String(error),
      )
      .then((message) => ({ message, ms: Date.now() - begin }));
  };
  const ends = [await step()];
  for (const worker of which === "one" ? workers.slice(0, 1) : workers) worker.terminate();
  // A browser ends a thread that blocks some seconds after it was told to.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  ends.push(await step(), await step());
  await engine.dispose();
  return ends;
}

self.addEventListener("message", ({ data }) => {
  run(data as "one" | "all").then(
    (ends) => self.postMessage(ends),
    (error: unknown) => reportError(error),
  );
});
