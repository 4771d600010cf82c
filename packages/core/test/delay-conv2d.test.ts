import { describe, expect, it } from "vitest";
import {
  backward,
  Conv2d,
  createEngine,
  DelayConv2d,
  type DelayConv2dOptions,
  tensor,
  type Tensor,
  useEngine,
} from "../src/index.ts";
import { multiply, sum } from "../src/entries/ops.ts";
import { Random } from "../src/engine/random.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

const SHAPE = [9, 2, 3, 6, 5];

function images(seed: number, shape: readonly number[] = SHAPE): Tensor {
  const random = new Random(seed);
  const length = shape.reduce((product, n) => product * n, 1);
  return tensor(
    Float32Array.from({ length }, () => random.normal()),
    shape,
  );
}

/** Output and gradients of a layer with seeded parameters. */
async function run(backend: (typeof BACKENDS)[number], options: DelayConv2dOptions): Promise<Float32Array[]> {
  const engine = await createEngine({ backend, seed: 4, wasm: { threads: 1 } });
  useEngine(engine);
  const layer = new DelayConv2d(3, 4, options);
  const results = await engine.step(async () => {
    const x = images(1);
    x.requiresGrad = true;
    const y = layer.forward(x);
    backward(sum(multiply(y, images(2, y.shape))));
    return Promise.all([y, x.grad!, layer.weight.grad!, layer.position.grad!].map((result) => result.data()));
  });
  await engine.dispose();
  return results;
}

describe.each(BACKENDS)("DelayConv2d on %s", (backend) => {
  const engine = withEngine(backend);

  it.each([
    { stride: 1, padding: 0, kernelSize: 3 },
    { stride: 2, padding: 1, kernelSize: [2, 3] as const },
  ])("with equal delays is a convolution that comes later, %o", async (options) => {
    const delayed = new DelayConv2d(3, 4, { ...options, maxDelay: 5, keepLength: true }).eval();
    const plain = new Conv2d(3, 4, { ...options, bias: false });
    delayed.weight.set(await plain.weight.data());
    delayed.position.set(new Float32Array(delayed.position.size).fill(-1));
    await engine().step(async () => {
      const [y, expected] = [await delayed.forward(images(1)).data(), await plain.forward(images(1)).data()];
      const later = (3 * expected.length) / SHAPE[0]!;
      y.forEach((value, at) => expect(value).toBeCloseTo(at < later ? 0 : expected[at - later]!, 5));
    });
  });

  it("shares a delay among the connections of a channel", async () => {
    const options = { kernelSize: 3, maxDelay: 5, sigmaInit: 1 };
    const shared = new DelayConv2d(3, 4, { ...options, per: "axon" });
    const each = new DelayConv2d(3, 4, options);
    expect(shared.position.shape).toEqual([1, 3, 1, 1, 1]);
    const positions = [0.3, -1.2, 1.9];
    shared.position.set(positions);
    each.weight.set(await shared.weight.data());
    each.position.set(Float32Array.from({ length: 108 }, (_, at) => positions[Math.floor(at / 9) % 3]!));
    await engine().step(async () => {
      const [y, expected] = [shared.forward(images(1)), each.forward(images(1))];
      const values = await expected.data();
      (await y.data()).forEach((value, at) => expect(value).toBeCloseTo(values[at]!, 5));
      backward(sum(multiply(y, images(2, y.shape))));
      backward(sum(multiply(expected, images(2, y.shape))));
      const gEach = await each.position.grad!.data();
      const gShared = await shared.position.grad!.data();
      gShared.forEach((value, c) => {
        const total = gEach.reduce((all, g, at) => (Math.floor(at / 9) % 3 === c ? all + g : all), 0);
        expect(value).toBeCloseTo(total, 3);
      });
    });
  });
});

describe("DelayConv2d", () => {
  it.each<DelayConv2dOptions>([
    { kernelSize: 3, padding: 1, maxDelay: 5 },
    { kernelSize: [1, 2], stride: 2, maxDelay: 9, kernelCount: 2, keepLength: true },
    { kernelSize: 2, maxDelay: 5, per: "axon", version: "max" },
  ])("gives on WebAssembly what it gives on the reference, %o", async (options) => {
    const [expected, actual] = [await run("reference", options), await run("wasm", options)];
    expected.forEach((values, n) => {
      const scale = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
      values.forEach((value, at) => expect(Math.abs(actual[n]![at]! - value)).toBeLessThan(1e-5 * scale));
    });
  });

  describe("refuses", () => {
    const engine = withEngine("reference");

    it("what is no sequence of images, or has other channels", async () => {
      const layer = new DelayConv2d(3, 4, { kernelSize: 3, maxDelay: 5 });
      await engine().step(() => {
        expect(() => layer.forward(images(1, [2, 3, 6, 5]))).toThrow(
          "DelayConv2d: expected a sequence of images [T, B, C, H, W], got [2, 3, 6, 5].",
        );
        expect(() => layer.forward(images(1, [9, 2, 2, 6, 5]))).toThrow(
          "DelayConv2d: expected 3 input channels",
        );
      });
    });

    it.each([
      [{ kernelSize: 0, maxDelay: 5 }, "DelayConv2d.kernelSize: expected an integer >= 1, got 0."],
      [{ kernelSize: 3, maxDelay: 6 }, "DelayConv2d.maxDelay: expected an odd number of taps, got 6."],
      [{ kernelSize: 3, maxDelay: 5, stride: 0 }, "DelayConv2d.stride: expected an integer >= 1, got 0."],
    ])("%o", (options, message) => {
      expect(() => new DelayConv2d(3, 4, options)).toThrow(message);
    });
  });
});
