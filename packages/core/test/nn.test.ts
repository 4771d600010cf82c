import { describe, expect, it } from "vitest";
import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  createEngine,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  LIF,
  Linear,
  MaxPool2d,
  Module,
  parameter,
  RepeatOverTime,
  Residual,
  Sequential,
  ShapeError,
  tensor,
  type Tensor,
  useEngine,
  Vote,
} from "../src/index.ts";
import { currentEngine } from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

class Net extends Module {
  readonly scale = parameter([2], [1]);
  readonly fc1 = new Linear(4, 3);
  readonly blocks = [new Linear(3, 3, { bias: false }), new BatchNorm(3)];
  #scratch: Tensor | undefined;

  forward(x: Tensor): Tensor {
    this.#scratch = this.fc1.forward(x);
    return this.blocks.reduce((y, block) => block.forward(y), this.#scratch);
  }
}

describe("Module", () => {
  const engine = withEngine("reference");

  it("finds parameters and buffers by property names", () => {
    const net = new Net();
    expect(net.namedParameters().map(([name]) => name)).toEqual([
      "scale",
      "fc1.weight",
      "fc1.bias",
      "blocks.0.weight",
      "blocks.1.weight",
      "blocks.1.bias",
    ]);
    expect(net.namedBuffers().map(([name]) => name)).toEqual(["blocks.1.runningMean", "blocks.1.runningVar"]);
  });

  it("lists a shared module and a shared parameter once", () => {
    const shared = new Linear(3, 3);
    const net = new Sequential(shared, new LIF(), shared);
    expect(net.namedParameters().map(([name]) => name)).toEqual(["0.weight", "0.bias"]);
    expect(net.parameters()).toHaveLength(2);
  });

  it("names parts by the outermost root, whichever was asked last", () => {
    const inner = new Sequential(new Conv2d(1, 1, { kernelSize: 1 }));
    const net = new Sequential({ block: inner, flatten: new Flatten() });
    inner.parameters();
    expect(inner.get(0).label).toBe("Sequential.block.0 (Conv2d)");
    expect(net.get("flatten").label).toBe("Sequential.flatten (Flatten)");
    expect(net.label).toBe("Sequential");
  });

  it("switches training mode through and through", () => {
    const net = new Sequential(new Residual(new Dropout(0.5)));
    expect(
      net
        .eval()
        .namedModules()
        .map(([, module]) => module.training),
    ).toEqual([false, false, false]);
    expect(
      net
        .train()
        .namedModules()
        .every(([, module]) => module.training),
    ).toBe(true);
  });

  it("keeps parameters over steps and frees the rest", async () => {
    const net = new Net();
    const run = (): Promise<Float32Array> =>
      engine().step(() =>
        net
          .eval()
          .forward(tensor(new Float32Array(8).fill(1), [1, 2, 4]))
          .data(),
      );
    expect(await run()).toEqual(await run());
  });
});

describe("Sequential", () => {
  withEngine("reference");

  it("refuses what is not a module and names with dots", () => {
    expect(() => new Sequential(new Flatten(), 3 as unknown as Module)).toThrow(
      "Sequential.1: expected a module such as `new Linear(4, 2)`, got 3.",
    );
    expect(() => new Sequential({ "a.b": new Flatten() })).toThrow(
      'expected a name without "." and "/", got "a.b"',
    );
    expect(() => new Sequential(new Flatten()).get("x")).toThrow(
      'Sequential.get: expected one of 0, got "x".',
    );
  });
});

describe("impossible shapes name the layer and the sizes", () => {
  const engine = withEngine("reference");

  async function messageOf(net: Module, shape: number[]): Promise<string> {
    return engine().step(() => {
      const x = tensor(new Float32Array(shape.reduce((a, b) => a * b)), shape);
      try {
        net.forward(x);
      } catch (error) {
        expect(error).toBeInstanceOf(ShapeError);
        return (error as Error).message;
      }
      return "no error";
    });
  }

  it.each<[string, () => Module, number[], RegExp]>([
    [
      "Linear",
      () => new Linear(5, 2),
      [1, 2, 4],
      /^Sequential\.1 \(Linear\): expected .*5.* got \[1, 2, 4\]/,
    ],
    [
      "Conv2d channels",
      () => new Conv2d(3, 2, { kernelSize: 3 }),
      [1, 1, 2, 8, 8],
      /^Sequential\.1 \(Conv2d\): .*3/,
    ],
    [
      "Conv2d size",
      () => new Conv2d(2, 2, { kernelSize: 5 }),
      [1, 1, 2, 4, 4],
      /^Sequential\.1 \(Conv2d\): /,
    ],
    ["MaxPool2d", () => new MaxPool2d({ kernelSize: 5 }), [1, 1, 2, 4, 4], /^Sequential\.1 \(MaxPool2d\): /],
    ["AvgPool2d", () => new AvgPool2d({ kernelSize: 5 }), [1, 1, 2, 4, 4], /^Sequential\.1 \(AvgPool2d\): /],
    ["BatchNorm", () => new BatchNorm(3), [1, 2, 4], /^Sequential\.1 \(BatchNorm\): .*3/],
    ["Vote", () => new Vote(3), [1, 2, 4], /^Sequential\.1 \(Vote\): .*4/],
    ["Linear of an image", () => new Linear(5, 2), [1, 1, 2, 4, 4], /^Sequential\.1 \(Linear\): /],
    [
      "Residual",
      () => new Residual(new Linear(4, 5)),
      [1, 2, 4],
      /^Sequential\.1 \(Residual\): .*\[1, 2, 5\]/,
    ],
    ["LIF", () => new LIF(), [4], /^Sequential\.1 \(LIF\): expected a sequence/],
    ["GlobalAvgPool2d", () => new GlobalAvgPool2d(), [1, 2, 4], /^Sequential\.1 \(GlobalAvgPool2d\): /],
  ])("%s", async (_, layer, shape, message) => {
    const net = new Sequential(new Dropout(0), layer());
    expect(await messageOf(net, shape)).toMatch(message);
  });
});

describe("impossible options", () => {
  withEngine("reference");

  it.each<[string, () => unknown]>([
    ["Linear.inFeatures: expected an integer >= 1, got 0.", () => new Linear(0, 1)],
    [
      'Linear.init: expected one of "default", "kaiming", got "kaming". Did you mean "kaiming"?',
      () => new Linear(2, 1, { init: "kaming" as "kaiming" }),
    ],
    ["Conv2d.kernelSize: expected an integer >= 1, got 0.", () => new Conv2d(1, 1, { kernelSize: 0 })],
    [
      "Conv2d.stride: expected an integer >= 1, got 1.5.",
      () => new Conv2d(1, 1, { kernelSize: 1, stride: 1.5 }),
    ],
    ["Conv2d.groups: expected a divisor", () => new Conv2d(3, 2, { kernelSize: 1, groups: 2 })],
    ["MaxPool2d.padding: expected at most half", () => new MaxPool2d({ kernelSize: 2, padding: 2 })],
    ["BatchNorm.eps: expected a finite number > 0, got 0.", () => new BatchNorm(1, { eps: 0 })],
    ["Dropout.p: expected a finite number >= 0 and < 1, got 1.", () => new Dropout(1)],
    ["RepeatOverTime.steps: expected an integer >= 1, got 0.", () => new RepeatOverTime(0)],
    ["Vote.groupSize: expected an integer >= 1, got NaN.", () => new Vote(NaN)],
  ])("%s", (message, make) => {
    expect(make).toThrow(message);
  });
});

describe.each(BACKENDS)("layers on %s", (backend) => {
  const engine = withEngine(backend);
  const images = Float32Array.from({ length: 2 * 3 * 2 * 4 * 4 }, (_, i) => Math.sin(i * 1.7));
  const run = (net: Module): Promise<Float32Array> =>
    engine().step(() => net.forward(tensor(images, [2, 3, 2, 4, 4])).data());

  it("start within PyTorch's default bounds", async () => {
    const layer = new Conv2d(2, 4, { kernelSize: 3, groups: 2 });
    const bound = 1 / Math.sqrt(9);
    const values = [...(await layer.weight.data()), ...(await layer.bias!.data())];
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.7 * bound);
  });

  it("flatten in the order channel, row, column", async () => {
    expect(await run(new Flatten())).toEqual(images);
  });

  it("pool whole maps", async () => {
    const maps = Array.from({ length: 12 }, (_, i) => [...images.slice(i * 16, i * 16 + 16)]);
    const means = maps.map((map) => map.reduce((a, b) => a + b) / 16);
    const highest = maps.map((map) => Math.max(...map));
    (await run(new GlobalAvgPool2d())).forEach((value, i) => expect(value).toBeCloseTo(means[i]!, 5));
    (await run(new GlobalMaxPool2d())).forEach((value, i) => expect(value).toBeCloseTo(highest[i]!, 6));
  });

  it("normalise over time and batch and keep PyTorch's running statistics", async () => {
    const layer = new BatchNorm(2);
    const y = await run(layer);
    const channel = (values: ArrayLike<number>, c: number): number[] =>
      Array.from(values).filter((_, i) => Math.floor(i / 16) % 2 === c);
    for (const c of [0, 1]) {
      const x = channel(images, c);
      const mean = x.reduce((a, b) => a + b) / x.length;
      const squares = x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      expect((await layer.runningMean.data())[c]).toBeCloseTo(0.1 * mean, 5);
      expect((await layer.runningVar.data())[c]).toBeCloseTo(0.9 + (0.1 * squares) / (x.length - 1), 5);
      const normal = channel(y, c);
      const scale = Math.sqrt(squares / x.length + 1e-5);
      normal.forEach((value, i) => expect(value).toBeCloseTo((x[i]! - mean) / scale, 4));
    }
    layer.eval();
    const [first] = await run(layer);
    const [mean, variance] = [(await layer.runningMean.data())[0]!, (await layer.runningVar.data())[0]!];
    expect(first).toBeCloseTo((images[0]! - mean) / Math.sqrt(variance + 1e-5), 5);
  });

  it("refuse to normalise a single value for each channel in training", async () => {
    const layer = new BatchNorm(3);
    const one = (shape: number[]): Promise<unknown> =>
      currentEngine().step(() => layer.forward(tensor(new Float32Array(3), shape)).data());
    for (const shape of [
      [1, 3],
      [1, 1, 3],
      [1, 3, 1, 1],
      [1, 1, 3, 1, 1],
    ]) {
      await expect(one(shape)).rejects.toThrow(
        `BatchNorm: expected more than one value for each channel in training, got [${shape.join(", ")}]. `,
      );
    }
    expect(await layer.runningVar.data()).toEqual(Float32Array.of(1, 1, 1));
    layer.eval();
    expect(await one([1, 3])).toEqual(new Float32Array(3));
  });

  it("drop the same values at every step, or fresh ones", async () => {
    const ones = new Float32Array(10 * 2 * 50).fill(1);
    const masks = async (layer: Dropout): Promise<string[]> => {
      const y = await engine().step(() => layer.forward(tensor(ones, [10, 2, 50])).data());
      expect([...new Set(y)].sort()).toEqual([0, 2]);
      return Array.from({ length: 10 }, (_, t) => y.slice(t * 100, t * 100 + 100).join());
    };
    expect(new Set(await masks(new Dropout(0.5))).size).toBe(1);
    expect(new Set(await masks(new Dropout(0.5, { constantOverTime: false }))).size).toBe(10);
    const still = new Dropout(0.5).eval();
    expect(await engine().step(() => still.forward(tensor(ones, [10, 2, 50])).data())).toEqual(ones);
  });

  it("add a branch to its shortcut", async () => {
    const y = await run(new Residual(new AvgPool2d({ kernelSize: 1 })));
    y.forEach((value, i) => expect(value).toBeCloseTo(2 * images[i]!, 6));
  });

  it("vote among neighbours", async () => {
    const y = await engine().step(() => new Vote(2).forward(tensor([1, 0, 1, 1, 0, 0], [1, 1, 6])).data());
    expect([...y]).toEqual([0.5, 1, 0]);
  });

  it("repeat over time", async () => {
    const y = await engine().step(() => new RepeatOverTime(3).forward(tensor([1, 2], [2, 1])).data());
    expect([...y]).toEqual([1, 2, 1, 2, 1, 2]);
  });
});

it("a linear layer draws first weights from U(-b, b), b = 1/sqrt(I) or sqrt(6/I)", async () => {
  const engine = await createEngine({ backend: "reference", seed: 7 });
  useEngine(engine);
  for (const [init, bound] of [
    ["default", 0.1],
    ["kaiming", Math.sqrt(0.06)],
  ] as const) {
    const { weight, bias } = new Linear(100, 200, { init });
    const largest = Math.max(...(await weight.data()).map(Math.abs));
    expect(largest / bound).toBeGreaterThan(0.999);
    expect(largest / bound).toBeLessThanOrEqual(1);
    expect(Math.max(...(await bias!.data()).map(Math.abs))).toBeLessThanOrEqual(0.1);
  }
  await engine.dispose();
});

it("the same seed gives the same parameters", async () => {
  const values = async (): Promise<Float32Array> => {
    const engine = await createEngine({ backend: "reference", seed: 7 });
    useEngine(engine);
    const weights = await new Linear(10, 10).weight.data();
    await engine.dispose();
    return weights;
  };
  expect(await values()).toEqual(await values());
});
