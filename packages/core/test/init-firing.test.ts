import { describe, expect, it } from "vitest";
import type { Module } from "../src/index.ts";
import {
  ALIF,
  AvgPool2d,
  type Batch,
  BatchNorm,
  Conv2d,
  createEngine,
  DelayLinear,
  Dropout,
  Flatten,
  initFiring,
  KLIF,
  LIF,
  Linear,
  Random,
  Recurrent,
  RepeatOverTime,
  Residual,
  Sequential,
  Trainer,
  useEngine,
} from "../src/index.ts";
import { sparsify } from "../src/entries/sparse.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";
import { failure } from "./support/failure.ts";
import { toyOptions } from "./support/toy-task.ts";

const BATCH = 8;

function batchOf(...shape: number[]): Batch {
  const random = new Random(7);
  const size = shape.reduce((product, n) => product * n, BATCH);
  const inputs = Float32Array.from({ length: size }, () => random.uniform());
  return { inputs, shape: [BATCH, ...shape], labels: new Float32Array(BATCH) };
}

const still = (steps: number, ...layers: Module[]): Sequential =>
  new Sequential(new RepeatOverTime(steps), ...layers);

/** Ten layers of LIF with default weights, of which all behind the second are silent. */
function deep(): Sequential {
  const layers = Array.from({ length: 10 }, (_, i) => [new Linear(i === 0 ? 20 : 40, 40), new LIF()]);
  return still(8, ...layers.flat());
}

/** Networks of all kinds of layers with the input of a sample. */
const NETWORKS: Readonly<Record<string, () => readonly [Module, ...number[]]>> = {
  "ten layers of LIF": () => [deep(), 20],
  convolutions: () => [
    still(
      6,
      new Conv2d(1, 6, { kernelSize: 3, padding: 1 }),
      new KLIF(),
      new AvgPool2d({ kernelSize: 2, stride: 2 }),
      new Conv2d(6, 8, { kernelSize: 3 }),
      new LIF(),
      new Flatten(),
      new Dropout(0.5),
      new Linear(32, 10),
      new LIF(),
    ),
    1,
    8,
    8,
  ],
  "batch normalisation": () => [
    still(
      6,
      new Conv2d(1, 6, { kernelSize: 3 }),
      new BatchNorm(6),
      new LIF(),
      new Flatten(),
      new Linear(96, 20),
      new BatchNorm(20),
      new LIF({ vThreshold: 3 }),
    ),
    1,
    6,
    6,
  ],
  "residual blocks": () => [
    still(
      6,
      new Linear(20, 24),
      new LIF(),
      new Residual(new Sequential(new Linear(24, 24), new BatchNorm(24)), new Linear(24, 24)),
      new LIF(),
    ),
    20,
  ],
  "delays, and recurrent layers": () => [
    still(
      12,
      new DelayLinear(20, 24, { maxDelay: 5 }),
      new LIF(),
      new Linear(24, 16),
      new Recurrent(new ALIF(), { features: 16 }),
      new Linear(16, 8),
      new LIF(),
    ),
    20,
  ],
};

describe.each(BACKENDS)("initFiring on %s", (backend) => {
  const engine = withEngine(backend);

  // Interpreted, convolutions take seconds.
  const networks = Object.entries(NETWORKS).filter(
    ([name]) => backend === "wasm" || name === "residual blocks",
  );

  it.each(networks)("gives %s the rate, layer by layer", async (_, make) => {
    const [network, ...shape] = make();
    const before = engine().random.getState();
    const buffers = await valuesOf(network.namedBuffers());
    const rate = 0.15;
    for (const start of await initFiring(network, batchOf(...shape), { rate })) {
      expect(start.problem, start.neuron).toBeUndefined();
      expect(Math.abs(start.rate - rate)).toBeLessThanOrEqual(0.05 * rate + 1e-9);
    }
    expect(engine().random.getState()).toEqual(before);
    expect(await valuesOf(network.namedBuffers())).toEqual(buffers);
    expect(network.namedModules().every(([, { training, forward }]) => training && !isOwn(forward))).toBe(
      true,
    );
  });

  it("scales sparse weights, and those of the layers that it says", async () => {
    const network = still(8, new Linear(20, 30), new LIF(), new Linear(30, 20), new LIF());
    await sparsify(network, { density: 0.3 });
    const before = await valuesOf(network.namedParameters());
    const starts = await initFiring(network, batchOf(20));
    expect(starts.map(({ neuron, scaled }) => [neuron, ...scaled])).toEqual([
      ["2", "1"],
      ["4", "3"],
    ]);
    const after = await valuesOf(network.namedParameters());
    const { scale } = starts[0]!;
    expect(scale).not.toBe(1);
    after["1.weight"]!.forEach((value, i) => expect(value).toBeCloseTo(before["1.weight"]![i]! * scale, 5));
    after["1.bias"]!.forEach((value, i) => expect(value).toBeCloseTo(before["1.bias"]![i]! * scale, 5));
  });

  it("says where the rate is out of reach, and leaves such a layer as it was", async () => {
    const silent = new Linear(20, 10);
    silent.weight.set(new Float32Array(200).fill(-1));
    silent.bias!.set(new Float32Array(10).fill(-1));
    const network = still(4, silent, new LIF(), new LIF(), new Linear(10, 10), new LIF({ vThreshold: -1 }));
    const [first, second, third] = await initFiring(network, batchOf(20));
    expect(first).toMatchObject({
      scale: 1,
      rate: 0,
      problem: expect.stringContaining("no current is above 0") as string,
    });
    expect(second?.problem).toBe("no layer of its own with weights is ahead of it");
    expect(third?.problem).toContain("however small its current is");
    expect(await silent.weight.data()).toEqual(new Float32Array(200).fill(-1));
    const [most] = await initFiring(still(4, new Linear(20, 10, { bias: false }), new LIF()), batchOf(20), {
      rate: 0.99,
    });
    expect(most?.problem).toMatch(/^it reaches 0\.\d+ at most/);
  });

  it("starts a training that would be dead", async () => {
    const quiet = (): Sequential =>
      still(4, new Linear(20, 16), new KLIF({ tau: 20 }), new Linear(16, 2, { bias: false }), new KLIF());
    const options = { encode: undefined, batches: () => [batchOf(20)] };
    const dead = failure(new Trainer(toyOptions(quiet(), { ...options, deadAfter: 3 })).run({ epochs: 9 }));
    expect(await dead).toContain("as no neuron of 2 fires: the first silent layer. Scale");
    const network = quiet();
    await initFiring(network, batchOf(20));
    await new Trainer(toyOptions(network, { ...options, deadAfter: 3 })).run({ epochs: 9 });
  });

  it("refuses other rates and batches", async () => {
    for (const rate of [0, 1, -1, NaN]) {
      expect(await failure(initFiring(deep(), batchOf(20), { rate }))).toContain("initFiring.rate: expected");
    }
    expect(await failure(initFiring(deep(), {} as Batch))).toContain("initFiring.batch: expected a batch");
  });
});

it("is the same for the same seed", async () => {
  const weights: Record<string, readonly number[]>[] = [];
  for (const threads of [1, 2]) {
    const engine = await createEngine({ seed: 3, wasm: { threads } });
    useEngine(engine);
    const network = deep();
    await initFiring(network, batchOf(20), { rate: 0.2 });
    weights.push(await valuesOf(network.namedParameters()));
    await engine.dispose();
  }
  expect(weights[1]).toEqual(weights[0]);
});

async function valuesOf(
  named: [string, { data(): Promise<Float32Array> }][],
): Promise<Record<string, readonly number[]>> {
  const entries = await Promise.all(
    named.map(async ([name, value]) => [name, [...(await value.data())]] as const),
  );
  return Object.fromEntries(entries);
}

/** Whether a method is one that was put in the place of the class's. */
function isOwn(method: (...values: never[]) => unknown): boolean {
  return method.name === "wrapper";
}
