import { describe, expect, it } from "vitest";
import {
  AdvancedSpatialAttention,
  ALIF,
  type Batch,
  BatchNorm,
  Conv2d,
  countActivity,
  countParameters,
  DelayLinear,
  energyEstimate,
  Flatten,
  IF,
  Linear,
  MaxPool2d,
  Module,
  MyelinError,
  Random,
  Recurrent,
  Residual,
  Sequential,
  type Tensor,
} from "../src/index.ts";
import { sparsify } from "../src/entries/sparse.ts";
import type { Activity } from "../src/entries/training.ts";
import { BACKENDS, withEngine } from "./support/engines.ts";

/** A batch [T, B, ...] whose values follow from their place. */
function batchOf(shape: readonly number[], value: (index: number) => number): Batch {
  const inputs = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => value(i));
  return { inputs, shape, labels: new Float32Array(shape[1]!) };
}

/** A third of the values are spikes. */
function spikeBatch(shape: readonly number[]): Batch {
  return batchOf(shape, (i) => Number((i * 7 + 3) % 3 === 0));
}

function ones(layer: { readonly weight: Tensor }): void {
  layer.weight.set(new Float32Array(layer.weight.size).fill(1));
}

/** Counts the uses of a convolution's weights tap by tap. */
function countTaps(
  conv: Conv2d,
  [height, width]: readonly [number, number],
  isActive: (at: number) => boolean,
) {
  const [outputs, inputs, kernelHeight, kernelWidth] = conv.weight.shape as [number, number, number, number];
  const { stride, padding, groups } = conv;
  const along = (n: number, k: number) => Math.floor((n + 2 * padding - k) / stride) + 1;
  let [dense, active] = [0, 0];
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < along(height, kernelHeight); i++)
      for (let j = 0; j < along(width, kernelWidth); j++)
        for (let c = 0; c < inputs; c++)
          for (let p = 0; p < kernelHeight; p++)
            for (let q = 0; q < kernelWidth; q++) {
              const [row, column] = [i * stride + p - padding, j * stride + q - padding];
              if (row < 0 || column < 0 || row >= height || column >= width) continue;
              const channel = Math.floor(o / (outputs / groups)) * inputs + c;
              dense++;
              if (isActive((channel * height + row) * width + column)) active++;
            }
  return { dense, active };
}

describe.each(BACKENDS)("countActivity on %s", (backend) => {
  const engine = withEngine(backend);

  it("counts spikes, rates and operations of each layer", async () => {
    const network = new Sequential({
      fc1: new Linear(4, 3, { bias: false }),
      if1: new IF(),
      fc2: new Linear(3, 2, { bias: false }),
      if2: new IF(),
    });
    ones(network.get("fc1") as Linear);
    (network.get("fc2") as Linear).weight.set([1, 0, 0, 0, 0, 0]);
    // One spike a step from one of the four inputs: all of if1 fire at each step, one of if2.
    const activity = await countActivity(network, [batchOf([5, 2, 4], (i) => Number(i % 4 === 0))]);
    expect(activity).toEqual({
      samples: 2,
      spiking: {
        if1: { spikes: 15, neurons: 3, firingRate: 1 },
        if2: { spikes: 5, neurons: 2, firingRate: 0.5 },
      },
      synaptic: { fc1: { dense: 60, mac: 0, ac: 15 }, fc2: { dense: 30, mac: 0, ac: 5 } },
      spikes: 20,
      neuronUpdates: 25,
      nasfr: (1 * 3 + 0.5 * 2) / 5,
      ...{ dense: 90, mac: 0, ac: 20 },
    });
  });

  it.each([
    ["real numbers", (i: number) => (i % 2) * 0.5, { mac: 30, ac: 0 }],
    ["spikes of both signs", (i: number) => (i % 2) * (i % 3 === 0 ? 1 : -1), { mac: 0, ac: 30 }],
    ["counts of events", (i: number) => (i % 2) * (1 + (i % 3)), { mac: 30, ac: 0 }],
    ["nothing", () => 0, { mac: 0, ac: 0 }],
  ])("tells multiply-accumulates from accumulates: %s", async (_, value, expected) => {
    const network = new Sequential({ fc: new Linear(4, 3) });
    const { synaptic } = await countActivity(network, [batchOf([5, 2, 4], value)]);
    expect(synaptic).toEqual({ fc: { dense: 60, ...expected } });
  });

  it.each([
    [{ kernelSize: 3, padding: 1 }, 7, 6],
    [{ kernelSize: 3, stride: 2 }, 8, 5],
    [{ kernelSize: [2, 3] as const, stride: 3, padding: 2, groups: 2 }, 6, 7],
    [{ kernelSize: 1, padding: 1 }, 3, 3],
  ])("counts convolutions tap by tap: %o", async (options, height, width) => {
    const conv = new Conv2d(4, 6, options);
    const batch = spikeBatch([2, 1, 4, height, width]);
    const step = 4 * height * width;
    const counts = [0, 1].map((t) =>
      countTaps(conv, [height, width], (at) => batch.inputs[t * step + at] === 1),
    );
    const { synaptic } = await countActivity(new Sequential({ conv }), [batch]);
    const dense = counts[0]!.dense + counts[1]!.dense;
    expect(synaptic).toEqual({ conv: { dense, mac: 0, ac: counts[0]!.active + counts[1]!.active } });
  });

  it("leaves out weights that are zero", async () => {
    const conv = new Conv2d(1, 2, { kernelSize: 3, padding: 1 });
    conv.weight.set(Float32Array.from({ length: 18 }, (_, i) => Number(i === 4 || i === 13)));
    const batch = batchOf([1, 1, 1, 4, 4], () => 1);
    const { synaptic } = await countActivity(new Sequential({ conv }), [batch]);
    expect(synaptic["conv"]).toEqual({ dense: 200, mac: 0, ac: 32 });
  });

  it("counts the connections that are there in sparse layers, and all bumps of delays", async () => {
    const network = new Sequential({
      conv: new Conv2d(2, 4, { kernelSize: 3 }),
      flatten: new Flatten(),
      fc: new Linear(16, 6),
      delays: new DelayLinear(6, 5, { maxDelay: 3, kernelCount: 2 }),
    });
    await sparsify(network, { density: 0.25, distribution: "uniform", exclude: ["delays"] }, new Random(1));
    const { synaptic } = await countActivity(network, [batchOf([4, 2, 2, 4, 4], () => 1)]);
    expect(synaptic["conv"]).toEqual({ dense: 4 * 288, mac: 0, ac: 4 * 72 });
    expect(synaptic["fc"]).toEqual({ dense: 4 * 96, mac: 4 * 24, ac: 0 });
    expect(synaptic["delays"]).toEqual({ dense: 4 * 60, mac: 4 * 60, ac: 0 });
  });

  it("works for any network of our modules, and leaves it as it was", async () => {
    const block = (channels: number) =>
      new Sequential(
        new Conv2d(channels, channels, { kernelSize: 3, padding: 1 }),
        new BatchNorm(channels),
        new IF(),
      );
    const network = new Sequential({
      stem: new Conv2d(2, 4, { kernelSize: 3, padding: 1 }),
      attention: new AdvancedSpatialAttention({ timeSteps: 3, channels: 4 }),
      spike: new IF({ vThreshold: 0.1 }),
      residual: new Residual(block(4), new Sequential(new Conv2d(4, 4, { kernelSize: 1 }), new IF())),
      pool: new MaxPool2d({ kernelSize: 2 }),
      flatten: new Flatten(),
      fc: new Linear(16, 5),
      recurrent: new Recurrent(new ALIF(), { features: 5 }),
    });
    network.train();
    const batches = [spikeBatch([3, 2, 2, 4, 4]), spikeBatch([3, 4, 2, 4, 4])];
    const activity = await countActivity(network, batches);
    expect(Object.keys(activity.spiking)).toEqual([
      "spike",
      "residual.shortcut.1",
      "residual.branch.2",
      "recurrent.neuron",
    ]);
    expect(Object.keys(activity.synaptic)).toEqual([
      "stem",
      "residual.shortcut.0",
      "residual.branch.0",
      "fc",
      "recurrent.feedback",
    ]);
    expect(activity.spiking["recurrent.neuron"]!.neurons).toBe(5);
    expect(activity.neuronUpdates).toBe(3 * (3 * 64 + 5));
    expect(activity.synaptic["recurrent.feedback"]!.dense).toBe(2 * 25);
    expect(activity.samples).toBe(6);
    expect(network.training).toBe(true);
    expect(Object.hasOwn(network, "forward")).toBe(false);
    expect(engine().inStep).toBe(false);
  });

  it("does not depend on how samples are batched", async () => {
    const network = new Sequential({ fc: new Linear(6, 8), if: new IF({ vThreshold: 0.2 }) });
    const whole = spikeBatch([4, 3, 6]);
    const parts = [0, 1, 2].map((b) =>
      batchOf([4, 1, 6], (i) => whole.inputs[(Math.floor(i / 6) * 3 + b) * 6 + (i % 6)]!),
    );
    const one = await countActivity(network, [whole]);
    expect(one.spikes).toBeGreaterThan(0);
    const other = await countActivity(network, parts);
    expect(other.ac).toBeCloseTo(one.ac, 9);
    expect(other.nasfr).toBeCloseTo(one.nasfr, 9);
  });
});

describe("countActivity", () => {
  const engine = withEngine("reference");

  it("gives the encoder the keys of the trainer's evaluation", async () => {
    const keys: number[] = [];
    const encode = (x: Tensor, key: number) => {
      keys.push(key);
      return x;
    };
    await countActivity(new Sequential(new IF()), [spikeBatch([2, 1, 3]), spikeBatch([2, 1, 3])], { encode });
    expect(new Set(keys).size).toBe(2);
    expect(keys[0]).toBeGreaterThan(0);
  });

  it("stops after the batch in which its signal was aborted", async () => {
    const signal = { aborted: true };
    const batches = [spikeBatch([2, 1, 3]), spikeBatch([2, 1, 3])];
    expect((await countActivity(new Sequential(new IF()), batches, { signal })).samples).toBe(1);
  });

  it("restores the network when it fails", async () => {
    class Faulty extends Module {
      readonly fc = new Linear(3, 2);
      forward(x: Tensor): Tensor {
        this.fc.forward(x);
        throw new MyelinError("faulty");
      }
    }
    const network = new Faulty();
    await expect(countActivity(network, [spikeBatch([2, 1, 3])])).rejects.toThrow("faulty");
    expect(Object.hasOwn(network.fc, "forward")).toBe(false);
    expect(engine().inStep).toBe(false);
  });

  it("refuses to count nothing", async () => {
    await expect(countActivity(new Sequential(new IF()), [])).rejects.toThrow(
      "countActivity: expected batches with samples, got none.",
    );
  });
});

describe("countParameters", () => {
  withEngine("reference");

  it("tells what learns from what its paper counts too", () => {
    const network = new Sequential(
      new Conv2d(2, 4, { kernelSize: 3 }),
      new AdvancedSpatialAttention({ timeSteps: 60, channels: 4, reduction: 4 }),
    );
    expect(countParameters(network)).toEqual({ trainable: 76 + 36, frozen: 1802, total: 76 + 1838 });
  });
});

describe("energyEstimate", () => {
  const activity: Activity = {
    ...{ samples: 1, spikes: 10, nasfr: 0.1, spiking: {}, synaptic: {} },
    ...{ dense: 1000, mac: 100, ac: 200, neuronUpdates: 50 },
  };

  it("multiplies operations by their costs", () => {
    const { spiking, dense } = energyEstimate(activity);
    expect(spiking.operations).toBeCloseTo((100 * 4.6 + 200 * 0.9) * 1e-12, 20);
    expect(spiking.neurons).toBeCloseTo(50 * 4.6e-12, 20);
    expect(spiking.memory).toBeCloseTo((200 + 600 + 100) * 5e-12, 20);
    expect(spiking.total).toBeCloseTo(spiking.operations + spiking.neurons + spiking.memory, 20);
    expect(dense.operations).toBeCloseTo(4.6e-9, 18);
    expect(dense.memory).toBeCloseTo(2100 * 5e-12, 18);
  });

  it("takes other costs and says which it took", () => {
    const { spiking, assumptions, limits } = energyEstimate(activity, { ac: 0, access: 640e-12 });
    expect(spiking.operations).toBeCloseTo(4.6e-10, 20);
    expect(assumptions.join("\n")).toMatch(
      /4\.6 pJ a multiply-accumulate, 0 pJ an accumulate\n640 pJ for 32 bits/,
    );
    expect(limits.length).toBeGreaterThan(0);
  });

  it("refuses costs that are none", () => {
    expect(() => energyEstimate(activity, { mac: -1 })).toThrow(
      "energyEstimate.mac: expected a finite number >= 0, got -1.",
    );
  });
});
