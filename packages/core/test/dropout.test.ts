import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  backward,
  Conv2d,
  createEngine,
  crossEntropy,
  Dropout,
  type Engine,
  Flatten,
  LIF,
  Linear,
  meanOverTime,
  type Module,
  Sequential,
  SGD,
  tensor,
  useEngine,
} from "../src/index.ts";
import { dropout, repeatOverTime, sum } from "../src/entries/ops.ts";

/** So small that no value is dropped, and no other changes. */
const NOTHING = 1e-12;

/** A dropout that drops nothing. */
class NoDropout extends Dropout {
  constructor() {
    super(NOTHING);
  }
}

describe.each([
  ["reference", 1],
  ["wasm", 1],
  ["wasm", 2],
] as const)("Dropout on %s with %d threads", (backend, threads) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ backend, wasm: { threads }, seed: 5 });
    useEngine(engine);
  });
  afterAll(() => engine.dispose());

  function normal(length: number): Float32Array {
    return Float32Array.from({ length }, () => engine.random.uniform() - 0.5);
  }

  /** Loss and gradients of a network on images [B, C, H, W], with layers between convolution and readout. */
  async function training(shape: readonly number[], between: Module[], net: readonly [Conv2d, Linear]) {
    const [batch = 0] = shape;
    const [conv, readout] = net;
    const pixels = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i));
    return engine.step(async () => {
      const network = new Sequential(conv, ...between, new Flatten(), readout);
      const labels = tensor(Float32Array.from({ length: batch }, (_, b) => b % 3));
      const loss = crossEntropy(network.forward(tensor(pixels, shape)), labels);
      backward(loss);
      const gradients = [conv.weight.grad!, readout.weight.grad!];
      const values = await Promise.all([loss, ...gradients].map((result) => result.data()));
      new SGD(network.parameters(), { lr: 1 }).zeroGrad();
      return values;
    });
  }

  it.each([
    [4, 3, 8, 8],
    [8, 16, 7, 5],
    [2, 1, 6, 6],
    [1, 2, 9, 3],
    [16, 8, 16, 16],
  ])("that drops nothing equals no layer, on images [%d, %d, %d, %d]", async (...shape) => {
    const [, channels, height, width] = shape;
    const net = [
      new Conv2d(channels, 4, { kernelSize: 3, padding: 1 }),
      new Linear(4 * height * width, 3),
    ] as const;
    const without = await training(shape, [], net);
    expect(await training(shape, [new NoDropout()], net)).toEqual(without);
    expect(without[0]![0]).toBeGreaterThan(0.5);
  });

  it("drops the right share of images of any size, and hands their gradients on where it kept", async () => {
    const sizes = fc.tuple(...[1, 2, 3, 4].map(() => fc.integer({ min: 1, max: 6 })));
    const leading = fc.constantFrom<number[]>([], [1], [3]);
    await fc.assert(
      fc.asyncProperty(leading, sizes, async (steps, size) => {
        const shape = [...steps, ...size];
        const values = normal(shape.reduce((a, b) => a * b)).map((value) => value + 2);
        await engine.step(async () => {
          const x = tensor(values, shape);
          x.requiresGrad = true;
          const y = new Dropout(0.5).forward(x);
          backward(sum(y));
          const [kept, gradient] = [await y.data(), await x.grad!.data()];
          kept.forEach((value, i) => {
            expect([0, 2 * values[i]!]).toContain(value);
            expect(gradient[i]).toBe(value === 0 ? 0 : 2);
          });
        });
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it.each([[[32, 64]], [[32, 4, 4, 4]]])("draws a mask for each sample of %j", async (shape) => {
    const masks = async (constantOverTime: boolean) => {
      const ones = new Float32Array(32 * 64).fill(1);
      const y = await engine.step(() =>
        new Dropout(0.5, { constantOverTime }).forward(tensor(ones, shape)).data(),
      );
      const perSample = Array.from({ length: 32 }, (_, b) => y.slice(64 * b, 64 * b + 64).join());
      return new Set(perSample).size;
    };
    expect(await masks(true)).toBe(32);
    expect(await masks(false)).toBe(32);
  });

  it("before RepeatOverTime keeps the mask over time, each sample its own", async () => {
    const ones = tensor(new Float32Array(8 * 64).fill(1), [8, 64]);
    const y = await engine.step(() => repeatOverTime(new Dropout(0.5).forward(ones), 3).data());
    const steps = [0, 1, 2].map((t) => y.slice(512 * t, 512 * t + 512).join());
    expect(new Set(steps).size).toBe(1);
    const perSample = Array.from({ length: 8 }, (_, b) => y.slice(64 * b, 64 * b + 64).join());
    expect(new Set(perSample).size).toBe(8);
  });

  it("gives samples and sequences of one step the same mask", async () => {
    const ones = new Float32Array(4 * 30).fill(1);
    const drop = (shape: number[], key: number) =>
      engine.step(() => dropout(tensor(ones, shape), { p: 0.4, constantOverTime: true, key }).data());
    for (const [samples, sequence] of [
      [
        [4, 30],
        [1, 4, 30],
      ],
      [
        [4, 5, 3, 2],
        [1, 4, 5, 3, 2],
      ],
    ] as const) {
      expect(await drop([...samples], 9)).toEqual(await drop([...sequence], 9));
    }
  });

  it("refuses what has no batch axis", async () => {
    await engine.step(() => {
      expect(() => new Dropout(0.5).forward(tensor([1, 2, 3]))).toThrow(
        "Dropout: expected a batch [B, ...] or a sequence [T, B, ...], got [3].",
      );
    });
  });

  it("trains in a network that ends in neurons", async () => {
    const net = new Sequential(new NoDropout(), new Linear(20, 5), new LIF());
    const plain = new Sequential(net.layers[1]!, net.layers[2]!);
    const x = normal(6 * 20);
    const rates = (network: Module) =>
      engine.step(() => meanOverTime(network.forward(repeatOverTime(tensor(x, [6, 20]), 4))).data());
    expect(await rates(net)).toEqual(await rates(plain));
  });
});
