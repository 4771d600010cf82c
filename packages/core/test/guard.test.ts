import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmBackend } from "../src/engine/backends/wasm/index.ts";
import { GuardedHeap } from "../src/engine/backends/wasm/runtime/guarded-heap.ts";
import { loadKernels } from "../src/engine/backends/wasm/runtime/kernel-module.ts";
import type { Runtime } from "../src/engine/backends/wasm/runtime/runtime.ts";
import { startRuntime } from "../src/engine/backends/wasm/runtime/start.ts";
import {
  ALIF,
  AvgPool2d,
  backward,
  BackendError,
  BatchNorm,
  Conv2d,
  createEngine,
  DelayConv2d,
  DelayLinear,
  Dropout,
  type Engine,
  Flatten,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  MaxPool2d,
  type Module,
  piecewiseQuadratic,
  PLIF,
  Recurrent,
  Sequential,
  tensor,
} from "../src/index.ts";
import { sum } from "../src/entries/ops.ts";
import { sparsify } from "../src/entries/sparse.ts";

async function guardedRuntime(threads = 1): Promise<Runtime> {
  return startRuntime(await loadKernels("auto", threads > 1), threads, true);
}

describe("a guarded heap", () => {
  it.each([
    ["one number after", 24, "1 after its end"],
    ["sixteen numbers after", 39, "16 after its end"],
    ["one number before", -1, "1 before its begin"],
    ["sixteen numbers before", -16, "16 before its begin"],
  ])("finds a write of %s a block at the end of the step", async (_, at, where) => {
    const runtime = await guardedRuntime();
    const block = runtime.allocate(24, "step");
    runtime.f32[block.pointer / 4 + at] = 1;
    const message = new RegExp(
      `guard: expected writes to stay inside block \\d+ of 24 numbers, got one ${where}`,
    );
    expect(() => runtime.endStep()).toThrow(message);
    expect(() => runtime.endStep()).not.toThrow();
  });

  it("finds it when the block is given back, and in memory that outlives the step", async () => {
    const runtime = await guardedRuntime();
    const [kept, given] = [runtime.allocate(5, "persistent"), runtime.allocate(7, "persistent")];
    runtime.f32[kept.pointer / 4 + 5] = 0;
    runtime.f32[given.pointer / 4 - 1] = 0;
    expect(() => runtime.release(given)).toThrow("of 7 numbers, got one 1 before its begin");
    expect(() => runtime.endStep()).toThrow("of 5 numbers, got one 1 after its end");
    expect(() => runtime.release(kept)).not.toThrow();
  });

  it("names the kernel that was told a wrong size", async () => {
    const runtime = await guardedRuntime();
    const block = runtime.allocate(20, "step");
    expect(() => runtime.each("fill", 21, { out: block, value: 1 })).toThrow(
      /block \d+ of 20 numbers, got one 1 after its end\. Kernels that were given the block: fill/,
    );
  });

  it("finds what a backend's operation does beside its operands", async () => {
    const backend = wasmBackend(await guardedRuntime(), "test");
    const size = { steps: 4, batch: 3, channels: 3, positions: 8 };
    const [x, y] = [backend.memory.allocate(96, "step"), backend.memory.allocate(96, "step")];
    backend.elementwise.fill(96, { out: x }, 1);
    const options = { p: 0.5, constantOverTime: true, key: 1 };
    const run = () => backend.dropout.apply(size, { x, y }, options);
    expect(run).toThrow(BackendError);
  });

  it("hands out and takes back blocks full of NaN", async () => {
    const { memory, limit } = await loadKernels("auto", false);
    const heap = new GuardedHeap(memory, 65536, limit);
    const pointer = heap.allocate(40);
    const numbers = new Float32Array(memory.buffer, pointer, 10);
    expect([...numbers].every(Number.isNaN)).toBe(true);
    numbers.fill(3);
    heap.release(pointer);
    expect([...numbers].every(Number.isNaN)).toBe(true);
  });
});

describe.each([1, 2])("layers stay inside their memory, with %d threads", (threads) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ wasm: { threads, guard: true }, seed: 3 });
  });
  afterAll(() => engine.dispose());

  it("and the engine says that it is guarded", () => {
    expect(engine.backend.description).toMatch(/, guarded$/);
  });

  const surrogate = piecewiseQuadratic();
  const neurons = [
    () => new IF(),
    () => new LIF({ surrogate }),
    () => new PLIF(),
    () => new KLIF(),
    () => new ALIF(),
    () => new LeakyIntegrator(),
  ];
  type Make = (features: number) => Module | Promise<Module>;
  const plain: Record<string, Make> = {
    Linear: (n) => new Linear(n, 1 + (n % 11)),
    BatchNorm: (n) => new BatchNorm(n),
    Dropout: () => new Dropout(0.4),
    Recurrent: (n) => new Recurrent(new LIF(), { features: n }),
    DelayLinear: (n) => new DelayLinear(n, 1 + (n % 5), { maxDelay: 3 }),
    neurons: (n) => new Sequential(new Linear(n, n), neurons[n % 6]!(), new Linear(n, 3), new LIF()),
    sparse: async (n) => {
      const network = new Sequential(new Linear(n, n + 3), new LIF(), new Linear(n + 3, 4));
      await sparsify(network, { density: 0.3 });
      return network;
    },
  };
  const images: Record<string, Make> = {
    Conv2d: (n) =>
      new Conv2d(n, 1 + (n % 9), { kernelSize: 1 + (n % 3), padding: n % 2, stride: 1 + (n % 2) }),
    wide: (n) => new Conv2d(n, 8 + (n % 9), { kernelSize: 3, padding: 1 }),
    pools: (n) =>
      new Sequential(new AvgPool2d({ kernelSize: 2 }), new MaxPool2d({ kernelSize: 1 + (n % 2) })),
    GlobalAvgPool2d: () => new GlobalAvgPool2d(),
    GlobalMaxPool2d: () => new GlobalMaxPool2d(),
    BatchNorm: (n) => new BatchNorm(n),
    Dropout: () => new Dropout(0.4),
    Flatten: (n) => new Sequential(neurons[n % 6]!(), new Flatten()),
    DelayConv2d: (n) => new DelayConv2d(n, 2, { maxDelay: 3, kernelSize: 2 }),
    block: (n) =>
      new Sequential(
        new Conv2d(n, n, { kernelSize: 3, padding: 1 }),
        neurons[n % 6]!(),
        new MaxPool2d({ kernelSize: 2 }),
      ),
  };

  /** Forward and backward pass of fresh layers on spikes of random shapes. */
  async function train(make: Make, axes: number, features: number): Promise<void> {
    const size = fc.integer({ min: 1, max: 9 });
    const leading = fc.tuple(fc.integer({ min: 3, max: 6 }), size);
    const spatial = fc.tuple(...Array.from({ length: axes }, () => fc.integer({ min: 4, max: 9 })));
    const widths = fc.integer({ min: 1, max: features });
    await fc.assert(
      fc.asyncProperty(leading, widths, spatial, fc.boolean(), async (first, width, places, binary) => {
        const shape = [...first, width, ...places];
        const layer = await make(width);
        await engine.step(async () => {
          const length = shape.reduce((a, b) => a * b);
          const values = Float32Array.from({ length }, () => engine.random.uniform());
          const x = tensor(binary ? values.map((value) => Number(value < 0.3)) : values, shape);
          x.requiresGrad = true;
          const loss = sum(layer.forward(x));
          backward(loss);
          expect(await loss.item()).not.toBeNaN();
          expect((await x.grad!.data()).some(Number.isNaN)).toBe(false);
        });
      }),
      { numRuns: 12, seed: 11 },
    );
  }

  it.each(Object.entries(plain))("%s on [T, B, N]", (_, make) => train(make, 0, 70));
  it.each(Object.entries(images))("%s on [T, B, C, H, W]", (_, make) => train(make, 2, 18));
});
