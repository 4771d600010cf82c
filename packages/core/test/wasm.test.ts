import { afterAll, describe, expect, it } from "vitest";
import {
  Adam,
  atan,
  backward,
  createEngine,
  type Engine,
  KLIF,
  Linear,
  rateMse,
  rectangle,
  Sequential,
  tensor,
  useEngine,
} from "../src/index.ts";
import { KERNELS } from "../src/engine/backends/wasm/runtime/kernel-calls.generated.ts";
import { loadKernels } from "../src/engine/backends/wasm/runtime/kernel-module.ts";

const engines: Engine[] = [];
afterAll(() => Promise.all(engines.map((engine) => engine.dispose())));

/** A two-layer network and one step of its training on random spikes. */
async function training(
  threads: number,
): Promise<{ engine: Engine; net: Sequential; step(): Promise<void> }> {
  const engine = await createEngine({ wasm: { threads }, seed: 3 });
  engines.push(engine);
  useEngine(engine);
  const net = new Sequential(
    new Linear(96, 64),
    new KLIF({ surrogate: rectangle({ alpha: 4 }) }),
    new Linear(64, 5),
    new KLIF({ surrogate: atan() }),
  );
  const optimizer = new Adam(net.parameters(), { lr: 0.01 });
  const [T, B] = [12, 40];
  const x = Float32Array.from({ length: T * B * 96 }, () => Number(engine.random.uniform() < 0.2));
  const labels = Float32Array.from({ length: B }, () => engine.random.integer(5));
  const step = (): Promise<void> =>
    engine.step(() => {
      backward(rateMse(net.forward(tensor(x, [T, B, 96])), tensor(labels)));
      optimizer.step();
    });
  return { engine, net, step };
}

describe("the WebAssembly backend", () => {
  it("lists every kernel that the module exports", async () => {
    const { module, memory } = await loadKernels("simd", false);
    const { exports } = new WebAssembly.Instance(module, {
      env: { memory },
    });
    const inner = [
      "addSeries",
      "addDots",
      "addRows",
      "arrive",
      "arriveValue",
      "continueTile",
      "multiplyTile",
      "gather16",
      "gather32",
      "gather4",
      "gatherValues16",
      "gatherValues4",
      "dot",
    ];
    const exported = Object.keys(exports).filter((name) => typeof exports[name] === "function");
    expect(exported.filter((name) => !inner.includes(name)).sort()).toEqual(Object.keys(KERNELS).sort());
  });

  it("takes no more memory after a thousand steps than after ten", async () => {
    const { engine, step } = await training(1);
    for (let i = 0; i < 10; i++) await step();
    const before = engine.backend.memory.usage();
    for (let i = 0; i < 990; i++) await step();
    expect(engine.backend.memory.usage()).toEqual(before);
  });

  it("trains to the same bits on one, two and three threads", async () => {
    const weights: Float32Array[][] = [];
    for (const threads of [1, 2, 3]) {
      const { net, step } = await training(threads);
      for (let i = 0; i < 20; i++) await step();
      weights.push(await Promise.all(net.parameters().map((parameter) => parameter.data())));
    }
    expect(weights[1]).toEqual(weights[0]);
    expect(weights[2]).toEqual(weights[0]);
  });
});
