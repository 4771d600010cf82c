import { afterEach, describe, expect, it } from "vitest";
import {
  backward,
  createEngine,
  type Engine,
  type EngineOptions,
  Linear,
  parameter,
  tensor,
  useEngine,
} from "../src/index.ts";
import { add, currentEngine, multiply, sum } from "../src/entries/ops.ts";

const started: Engine[] = [];
async function start(options: EngineOptions = {}): Promise<Engine> {
  const engine = await createEngine({ wasm: { threads: 1 }, ...options });
  started.push(engine);
  return engine;
}
afterEach(async () => {
  for (const engine of started.splice(0)) await engine.dispose();
});

describe("the options of an engine", () => {
  it.each([
    [{ threads: 1 }, 'createEngine: unknown option "threads". Options: backend, seed, wasm.'],
    [{ backend: "webgpu" }, "createEngine.backend: expected"],
    [{ wasm: { thread: 1 } }, 'createEngine.wasm: unknown option "thread". Did you mean threads?'],
    [{ wasm: { threads: 0 } }, "createEngine.wasm.threads: expected"],
    [{ wasm: { memoryLimit: 1 } }, "createEngine.wasm.memoryLimit: expected"],
    [{ backend: "reference", wasm: { simd: "avx" } }, "createEngine.wasm.simd: expected"],
    [{ wasm: 1 }, "createEngine.wasm: expected an options object, got 1"],
  ])("%j: %s", async (options, message) => {
    await expect(createEngine(options as EngineOptions)).rejects.toThrow(message);
  });
});

describe("several engines", () => {
  it("the latest is current, with its own seed, until it is disposed", async () => {
    const first = await start({ seed: 1 });
    const weightsOf = (): Promise<Float32Array> => new Linear(3, 2).weight.data();
    const right = await weightsOf();
    const second = await start({ seed: 1 });
    expect(currentEngine()).toBe(second);
    expect(await weightsOf()).toEqual(right);
    await second.dispose();
    expect(currentEngine()).toBe(first);
    await first.dispose();
    expect(() => new Linear(1, 1)).toThrow("currentEngine: expected an engine, got none.");
  });

  it("disposing of one that is not current changes nothing", async () => {
    const [first, second, third] = [await start(), await start(), await start()];
    await second.dispose();
    expect(currentEngine()).toBe(third);
    useEngine(first);
    await first.dispose();
    expect(currentEngine()).toBe(third);
  });

  it("each is current in its own steps", async () => {
    const first = await start();
    const network = new Linear(2, 1);
    const second = await start({ backend: "reference" });
    await first.step(async () => {
      const loss = sum(network.forward(tensor([[1, 2]])));
      backward(loss);
      expect([...(await network.weight.grad!.data())]).toEqual([1, 2]);
      await second.step(() => {
        expect(tensor([1]).engine).toBe(second);
      });
      expect(tensor([1]).engine).toBe(first);
    });
    expect(currentEngine()).toBe(second);
  });

  it("their tensors are not mixed, and both are named", async () => {
    const first = await start({ backend: "reference" });
    const a = parameter([1], [1]);
    const second = await start();
    const b = parameter([1], [1]);
    const mixed = new RegExp(
      `expected a tensor of ${escaped(first)} as the others, got one of ${escaped(second)}`,
    );
    expect(() => add(a, b)).toThrow(mixed);
    expect(() => multiply(a, b)).toThrow(mixed);
    useEngine(first);
    const network = new Linear(1, 1);
    await second.step(() => {
      expect(() => network.forward(tensor([[1]]))).toThrow(escaped(first, String));
    });
    await second.step(() => {
      expect(() => backward(parameterLoss(network))).toThrow(`inside \`engine.step\` of ${first.label}`);
    });
  });

  it("are not chosen while another's step runs", async () => {
    const [first, second] = [await start(), await start()];
    await first.step(async () => {
      useEngine(first);
      expect(() => useEngine(second)).toThrow("useEngine: expected no running step");
      await expect(createEngine()).rejects.toThrow("createEngine: expected no running step");
    });
  });

  it("refuse to be used after they were disposed, and to be disposed while a step runs", async () => {
    const engine = await start();
    const a = tensor([1]);
    await engine.step(async () => {
      await expect(engine.dispose()).rejects.toThrow("Engine.dispose: expected no running step");
    });
    await engine.dispose();
    await engine.dispose();
    await expect(engine.step(() => 1)).rejects.toThrow("which was disposed");
    expect(() => useEngine(engine)).toThrow("which was disposed");
    expect(() => a.data()).toThrow(`The ${engine.label} was disposed`);
    expect(() => add(a, a)).toThrow("disposed");
  });
});

function escaped(
  engine: Engine,
  as: (text: string) => string = (text) => text.replace(/[()]/g, "\\$&"),
): string {
  return as(engine.label);
}

function parameterLoss(network: Linear): ReturnType<typeof sum> {
  const loss = sum(network.weight);
  loss.requiresGrad = true;
  return loss;
}
