import { describe, expect, it } from "vitest";
import {
  Adam,
  backward,
  BatchNorm,
  createEngine,
  DelayLinear,
  LIF,
  Linear,
  Sequential,
  tensor,
  type Tensor,
} from "../src/index.ts";
import { sum } from "../src/entries/ops.ts";
import { sparseLayers, sparsify } from "../src/entries/sparse.ts";
import { ENGINES, withEngine } from "./support/engines.ts";

const MIB = 2 ** 20;

describe.each(Object.entries(ENGINES))("disposing of networks, on %s", (_, options) => {
  const engine = withEngine(options);
  const wide = (): Sequential => new Sequential(new Linear(512, 1024), new LIF(), new BatchNorm(1024));
  const lossOf = (network: Sequential): Tensor =>
    sum(network.forward(tensor(new Float32Array(1024), [1, 2, 512])));

  it("gives their memory and that of optimisers back", async () => {
    const bytes: number[] = [];
    for (let i = 0; i < 40; i++) {
      using network = wide();
      using optimizer = new Adam(network.parameters());
      await engine().step(() => {
        backward(lossOf(network));
        optimizer.step();
        backward(lossOf(network));
      });
      bytes.push(engine().backend.memory.usage().bytes);
    }
    expect(bytes.at(-1)).toBe(bytes[2]);
  });

  it("gives indices of sparse layers and buffers back", async () => {
    const network = new Sequential(new Linear(64, 32), new LIF(), new DelayLinear(32, 8, { maxDelay: 3 }));
    await sparsify(network, { density: 0.5 });
    await engine().step(() => void network.forward(tensor(new Float32Array(256), [4, 1, 64])));
    const { pattern } = sparseLayers(network)[0]![1];
    const buffers = network.namedBuffers();
    network.dispose();
    expect(engine().backend.patterns.indexBytes(pattern)).toBe(0);
    expect(buffers.length).toBeGreaterThan(0);
    for (const [, buffer] of buffers) expect(() => buffer.data()).toThrow("Sequential was disposed.");
  });

  it("makes their use an error that says so", async () => {
    const network = wide();
    const optimizer = new Adam(network.parameters());
    await engine().step(() => backward(lossOf(network)));
    network.dispose();
    network.dispose();
    await engine().step(() => expect(() => lossOf(network)).toThrow("Sequential was disposed."));
    expect(() => network.parameters()[0]!.data()).toThrow("Sequential was disposed.");
    const kept = wide();
    const disposed = new Adam(kept.parameters());
    disposed.dispose();
    await engine().step(() => {
      backward(lossOf(kept));
      expect(() => disposed.step()).toThrow("The Adam optimiser was disposed.");
    });
    optimizer.dispose();
  });

  it("is noticed by the backward pass of a graph that was made before", async () => {
    await engine().step(() => {
      const network = wide();
      const loss = lossOf(network);
      network.dispose();
      expect(() => backward(loss)).toThrow("was disposed");
    });
  });
});

describe("networks made in a loop without a pause", () => {
  const build = (): Sequential => new Sequential(new Linear(1024, 1024), new LIF());

  it("are collected when memory is nearly full", async () => {
    const engine = await createEngine({ wasm: { threads: 1, memoryLimit: 96 * MIB } });
    try {
      for (let i = 0; i < 60; i++) {
        const network = build();
        await engine.step(() => void network.forward(tensor(new Float32Array(1024), [1, 1, 1024])));
      }
      expect(engine.backend.memory.usage().bytes).toBeLessThanOrEqual(96 * MIB);
    } finally {
      await engine.dispose();
    }
  });

  it("are named by the error when nothing can be collected", async () => {
    const engine = await createEngine({ wasm: { threads: 1, memoryLimit: 64 * MIB } });
    try {
      const kept: Sequential[] = [];
      const fill = (): void => {
        for (let i = 0; i < 20; i++) kept.push(build());
      };
      expect(fill).toThrow(
        /at most 67108864 bytes.*Call `dispose` of networks and optimisers no longer used/s,
      );
      kept.pop()!.dispose();
      kept.push(build());
    } finally {
      await engine.dispose();
    }
  });
});
