import { describe, expect, it } from "vitest";
import {
  Adam,
  backward,
  BatchNorm,
  DelayLinear,
  type DelayOptions,
  delayStream,
  encodeWeights,
  type Engine,
  LIF,
  Linear,
  noGrad,
  restoreWeights,
  Sequential,
  sigmaSchedule,
  tensor,
  type Tensor,
} from "../src/index.ts";
import { normalisationParameters, positionParameters, weightParameters } from "../src/entries/layers.ts";
import { add, multiply, scale, sum } from "../src/entries/ops.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

/** Spikes at given (step, input) places of one sample. */
function spikeTrain(steps: number, inputs: number, places: readonly (readonly [number, number])[]): Tensor {
  const values = new Float32Array(steps * inputs);
  for (const [t, i] of places) values[t * inputs + i] = 1;
  return tensor(values, [steps, 1, inputs]);
}

function randomSpikes(engine: Engine, shape: readonly number[], density: number): Float32Array {
  const length = shape.reduce((product, n) => product * n, 1);
  return Float32Array.from({ length }, () => Number(engine.random.uniform() < density));
}

/** A layer with one synapse of weight 1 and the given position. */
function synapse(position: number, options: DelayOptions = { maxDelay: 5 }): DelayLinear {
  const layer = new DelayLinear(1, 1, options);
  layer.weight.set([1]);
  layer.position.set([position]);
  return layer;
}

describe.each(BACKENDS)("DelayLinear on %s", (backend) => {
  const engine = withEngine(backend);

  it.each([
    [2, 0],
    [1, 1],
    [0, 2],
    [-2, 4],
    [0.4, 2],
    [0.6, 1],
    [0.5, 2],
    [-7, 4],
  ])("in evaluation a position of %d is a delay of %i steps", async (position, delay) => {
    const layer = synapse(position).eval();
    await engine().step(async () => {
      const y = await layer.forward(spikeTrain(6, 1, [[1, 0]])).data();
      const expected = Array.from({ length: 8 }, (_, t) => Number(t === 1 + delay));
      expect([...y].map((value) => Math.round(value * 1e5) / 1e5 + 0)).toEqual(expected);
    });
  });

  it("in training spreads a spike over a bump around its delay", async () => {
    const layer = synapse(0.6, { maxDelay: 7, sigmaInit: 0.23 });
    layer.weight.set([0.8]);
    await engine().step(async () => {
      const y = await layer.forward(spikeTrain(7, 1, [[0, 0]])).data();
      // The specification's example, latest tap first.
      const expected = [0.00000641, 0.01281383, 0.46896364, 0.31435573, 0.00385945, 0.00000087, 0, 0, 0, 0];
      expect(y.length).toBe(10);
      expected.forEach((value, t) => expect(y[t]).toBeCloseTo(value, 6));
    });
  });

  it("adds the bumps of two kernels", async () => {
    const layer = new DelayLinear(1, 1, { maxDelay: 7, kernelCount: 2, sigmaInit: 0.23 });
    layer.weight.set([0.8, -0.5]);
    layer.position.set([-3, 1.25]);
    await engine().step(async () => {
      const y = await layer.forward(spikeTrain(7, 1, [[0, 0]])).data();
      const kernel = [0.70442945, 0.09533416, 0.00022033, -0.01752829, -0.35206538, -0.12951761, -0.00087268];
      kernel.reverse().forEach((value, t) => expect(y[t]).toBeCloseTo(value, 5));
    });
  });

  it("lengthens the sequence by half the kernel, or keeps its length", async () => {
    const long = new DelayLinear(3, 4, { maxDelay: 9 });
    const same = new DelayLinear(3, 4, { maxDelay: 9, keepLength: true });
    same.weight.set(await long.weight.data());
    same.position.set(await long.position.data());
    await engine().step(async () => {
      const x = tensor(randomSpikes(engine(), [12, 2, 3], 0.5), [12, 2, 3]);
      const [y, z] = [long.forward(x), same.forward(x)];
      expect(y.shape).toEqual([16, 2, 4]);
      expect(z.shape).toEqual([12, 2, 4]);
      const [whole, part] = [await y.data(), await z.data()];
      part.forEach((value, at) => expect(value).toBeCloseTo(whole[at]!, 5));
    });
  });

  it("gives what it gives with rounded positions in evaluation", async () => {
    const layer = new DelayLinear(20, 30, { maxDelay: 9, kernelCount: 2 });
    const rounded = new DelayLinear(20, 30, { maxDelay: 9, kernelCount: 2, version: "v1" });
    const positions = await layer.position.data();
    rounded.weight.set(await layer.weight.data());
    rounded.position.set(positions.map(Math.round));
    layer.eval();
    const x = tensor(randomSpikes(engine(), [40, 3, 20], 0.1), [40, 3, 20]);
    await engine().step(async () => {
      const [y, dense] = await noGrad(engine(), () =>
        Promise.all([layer.forward(x).data(), rounded.forward(x).data()]),
      );
      y.forEach((value, at) => expect(value).toBeCloseTo(dense[at]!, 5));
    });
  });

  it("streams step by step what a sequence gives", async () => {
    const layer = new DelayLinear(12, 7, { maxDelay: 9, kernelCount: 2, per: "axon" }).eval();
    const stream = delayStream(layer, { batch: 3 });
    const spikes = randomSpikes(engine(), [30, 3, 12], 0.3);
    for (const round of [1, 2]) {
      const expected = await engine().step(() => layer.forward(tensor(spikes, [30, 3, 12])).data());
      for (let t = 0; t < 30; t++) {
        const x = spikes.subarray(t * 36, (t + 1) * 36);
        const y = await engine().step(() => stream.step(tensor(x, [3, 12])).data());
        y.forEach((value, at) => expect(value, `round ${round}`).toBeCloseTo(expected[t * 21 + at]!, 5));
      }
      stream.reset();
    }
  });

  it("learns a delay", async () => {
    const layer = synapse(-2, { maxDelay: 9, sigmaInit: 3 });
    const target = synapse(3, { maxDelay: 9, sigmaInit: 0.23 });
    const optimizer = new Adam([layer.position], { lr: 0.1 });
    const schedule = sigmaSchedule({ epochs: 80, fraction: 0.5 });
    for (let epoch = 0; epoch < 80; epoch++) {
      schedule.apply(layer, epoch);
      target.sigma = layer.sigma;
      await engine().step(() => {
        const x = spikeTrain(20, 1, [[2, 0]]);
        const wanted = noGrad(engine(), () => target.forward(x));
        backward(squaredDistance(layer.forward(x), wanted));
        optimizer.step();
        layer.afterStep();
      });
    }
    expect((await layer.position.data())[0]).toBeCloseTo(3, 1);
  });

  it("draws weights and positions as the paper's code", async () => {
    const layer = new DelayLinear(100, 100, { maxDelay: 25, kernelCount: 2 });
    const [weight, position] = [await layer.weight.data(), await layer.position.data()];
    const bound = Math.sqrt(6 / 200);
    expect(Math.max(...weight)).toBeLessThanOrEqual(Math.fround(bound));
    expect(Math.max(...weight)).toBeGreaterThan(0.99 * bound);
    expect(Math.min(...position)).toBe(-12);
    expect(Math.max(...position)).toBeLessThanOrEqual(12);
    const atLongest = position.filter((p) => p === -12).length / position.length;
    expect(atLongest).toBeGreaterThan(0.03);
    expect(atLongest).toBeLessThan(0.05);
    expect(layer.sigma).toBe(12);
  });

  it("clamps positions after a step, and leaves fixed ones alone", async () => {
    const layer = synapse(0);
    layer.position.set([7]);
    layer.afterStep();
    expect(await layer.position.item()).toBe(2);
    layer.position.set([-2.5]);
    layer.clampPositions();
    expect(await layer.position.item()).toBe(-2);
  });

  it("keeps fixed random delays whole and untrained, but trains their weights", async () => {
    const layer = new DelayLinear(30, 30, { maxDelay: 9, learn: false });
    expect((await layer.position.data()).every(Number.isInteger)).toBe(true);
    expect(layer.namedParameters().map(([name]) => name)).toEqual(["weight"]);
    expect(positionParameters(layer)).toEqual([]);
    const x = tensor(randomSpikes(engine(), [20, 2, 30], 0.2), [20, 2, 30]);
    const [training, evaluated] = await engine().step(async () => {
      const y = layer.forward(x);
      backward(sum(y));
      expect((await layer.weight.grad!.data()).some((value) => value !== 0)).toBe(true);
      return [await y.data(), await layer.eval().forward(x).data()];
    });
    training.forEach((value, at) => expect(value).toBeCloseTo(evaluated[at]!, 5));
  });

  it("saves sigma with the weights", async () => {
    const layer = synapse(0, { maxDelay: 25 });
    layer.sigma = 3.5;
    const bytes = await encodeWeights(layer);
    const other = synapse(1, { maxDelay: 25 });
    restoreWeights(bytes, other);
    expect(other.sigma).toBe(3.5);
    expect(other.namedBuffers().map(([name]) => name)).toEqual(["sig"]);
  });
});

/** sum((a - b)^2). */
function squaredDistance(a: Tensor, b: Tensor): Tensor {
  const difference = add(a, scale(b, -1));
  return sum(multiply(difference, difference));
}

describe("parameter groups", () => {
  withEngine("reference");

  it("hold every parameter once", () => {
    const network = new Sequential({
      d1: new DelayLinear(3, 4, { maxDelay: 5 }),
      bn: new BatchNorm(4),
      lif: new LIF(),
      fixed: new DelayLinear(4, 4, { maxDelay: 5, learn: false }),
      fc: new Linear(4, 2),
    });
    const groups = [positionParameters, weightParameters, normalisationParameters].map((of) => of(network));
    expect(groups.map((group) => group.length)).toEqual([1, 4, 2]);
    expect(new Set(groups.flat())).toEqual(new Set(network.parameters()));
  });
});

describe("sigmaSchedule", () => {
  withEngine("reference");

  it("follows the paper's table", () => {
    const schedule = sigmaSchedule({ epochs: 150, sigmaInit: 12 });
    expect(schedule.at(0, 12)).toBe(12);
    expect(schedule.at(1, 12) / 12).toBeCloseTo(0.898633, 5);
    expect(schedule.at(36, 12) / schedule.at(37, 12)).toBeCloseTo(1 / 0.898633, 5);
    expect(schedule.at(37, 12)).toBeCloseTo(0.23, 12);
    expect(schedule.at(149, 12)).toBeCloseTo(0.23, 12);
  });

  it("stays where it begins with a fraction of 0, or when that is narrow already", () => {
    expect(sigmaSchedule({ epochs: 10, fraction: 0 }).at(9, 12)).toBe(12);
    expect(sigmaSchedule({ epochs: 10 }).at(9, 0.2)).toBe(0.2);
  });

  it("sets every layer that learns delays, from its own start", () => {
    const layers = [
      new DelayLinear(1, 1, { maxDelay: 25 }),
      new DelayLinear(1, 1, { maxDelay: 9, version: "max" }),
      new DelayLinear(1, 1, { maxDelay: 25, learn: false }),
      new DelayLinear(1, 1, { maxDelay: 25, version: "v1" }),
    ];
    sigmaSchedule({ epochs: 4, sigmaEnd: 1, fraction: 0.5 }).apply(new Sequential(...layers), 1);
    expect(layers.map(({ sigma }) => sigma)).toEqual([Math.sqrt(12), 2, 12, 0]);
  });

  it.each([
    [{ epochs: 0 }, "sigmaSchedule.epochs: expected an integer >= 1, got 0."],
    [{ epochs: 1, sigmaEnd: 0 }, "sigmaSchedule.sigmaEnd: expected a finite number > 0, got 0."],
    [{ epochs: 1, fraction: 2 }, "sigmaSchedule.fraction: expected a finite number >= 0 and <= 1, got 2."],
  ])("rejects %o", (options, message) => {
    expect(() => sigmaSchedule(options)).toThrow(message);
  });
});

describe("what cannot be", () => {
  const engine = withEngine("reference");

  it.each<[DelayOptions, string]>([
    [{ maxDelay: 24 }, "DelayLinear.maxDelay: expected an odd number of taps, got 24. Use 25"],
    [{ maxDelay: 0 }, "DelayLinear.maxDelay: expected an integer >= 1, got 0."],
    [{ maxDelay: 2.5 }, "DelayLinear.maxDelay: expected an integer >= 1, got 2.5."],
    [
      { maxDelay: 5, kernelCount: 3 as 1 },
      "DelayLinear.kernelCount: expected an integer >= 1 and <= 2, got 3.",
    ],
    [
      { maxDelay: 5, version: "v0" as "v1" },
      'DelayLinear.version: expected one of "gauss", "max", "v1", got "v0".',
    ],
    [
      { maxDelay: 5, per: "neuron" as "axon" },
      'DelayLinear.per: expected one of "synapse", "axon", got "neuron".',
    ],
    [{ maxDelay: 5, sigmaInit: -1 }, "DelayLinear.sigmaInit: expected a finite number >= 0, got -1."],
    [
      { maxDelay: 5, sigmaInit: 1, version: "v1" },
      "DelayLinear.sigma: expected a finite number >= 0 and <= 0, got 1.",
    ],
  ])("%o", (options, message) => {
    expect(() => new DelayLinear(2, 2, options)).toThrow(message);
  });

  it("an input of another shape", async () => {
    const network = new Sequential(new DelayLinear(2, 2, { maxDelay: 9 }));
    await engine().step(() => {
      expect(() => network.forward(tensor(new Float32Array(27), [9, 1, 3]))).toThrow(
        "Sequential.0 (DelayLinear): expected a sequence [T, B, 2], got [9, 1, 3].",
      );
      expect(() => network.forward(tensor(new Float32Array(18), [9, 2]))).toThrow(
        "Sequential.0 (DelayLinear): expected a sequence [T, B, 2], got [9, 2].",
      );
    });
  });

  it("a stream's step of another shape", async () => {
    const stream = delayStream(new DelayLinear(2, 2, { maxDelay: 9 }).eval());
    await engine().step(() => {
      expect(() => stream.step(tensor([1, 2], [2, 1]))).toThrow(
        "DelayLinear.stream.step: expected one time step [1, ...], got [2, 1].",
      );
    });
  });
});
