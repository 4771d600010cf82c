import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Adam,
  backward,
  Conv2d,
  DelayLinear,
  type Engine,
  Linear,
  type Module,
  Random,
  Sequential,
  SGD,
  tensor,
} from "../../src/index.ts";
import { sum } from "../../src/entries/ops.ts";
import {
  type ConnectionBytes,
  connectionMemory,
  DeepR,
  GROW_RULES,
  type GrowRule,
  PRUNE_RULES,
  type SparseLayer,
  sparseLayers,
  sparsify,
  StructureEvolution,
} from "../../src/entries/sparse.ts";
import { withEngine } from "../support/engines.ts";

const OPTIONS = { updateInterval: 1, totalSteps: 10, fraction: 0.4, fractionSchedule: "constant" } as const;

interface Snapshot {
  readonly places: Int32Array;
  readonly weight: Float32Array;
  readonly m: Float32Array;
}

async function snapshot(layer: SparseLayer, optimizer: Adam): Promise<Snapshot> {
  const index = optimizer.parameters.indexOf(layer.weight);
  const m = optimizer.stateTensors().find(([name]) => name === `${index}.m`)![1];
  return { places: layer.pattern.places, weight: await layer.weight.data(), m: await m.data() };
}

/** One training step on random input; returns the layer before the exchange and after it. */
async function exchangeOnce(
  engine: Engine,
  net: Module,
  optimizer: Adam,
  evolution: StructureEvolution,
  shape: readonly number[],
): Promise<[Snapshot, Snapshot]> {
  const [, layer] = sparseLayers(net)[0]!;
  const random = new Random(4);
  const x = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal());
  return engine.step(async () => {
    const y = net.forward(tensor(x, shape));
    backward(sum(y));
    await evolution.afterBackward();
    optimizer.step();
    const before = await snapshot(layer, optimizer);
    await evolution.afterStep();
    return [before, await snapshot(layer, optimizer)];
  });
}

/** Places of connections that were not exchanged: fresh ones have weight 0. */
function keptPlaces({ places, weight }: Snapshot): Set<number> {
  return new Set(places.filter((_, i) => weight[i] !== 0));
}

function isAscending(places: Int32Array): boolean {
  return places.every((place, i) => i === 0 || place > places[i - 1]!);
}

describe("StructureEvolution", () => {
  const engine = withEngine("wasm", 3);

  it("keeps the count, has no duplicates, starts fresh connections at zero, moves the others with their state", async () => {
    const choices = fc.record({
      inputs: fc.integer({ min: 1, max: 12 }),
      outputs: fc.integer({ min: 1, max: 12 }),
      density: fc.double({ min: 0.15, max: 1, noNaN: true }),
      prune: fc.constantFrom(...PRUNE_RULES),
      grow: fc.constantFrom(...GROW_RULES),
      seed: fc.nat(1000),
    });
    const holds = async (c: { inputs: number; outputs: number; density: number; seed: number } & Rules) => {
      const net = new Sequential({ fc: new Linear(c.inputs, c.outputs, { bias: false }) });
      if (Math.round(c.density * c.inputs * c.outputs) === 0) return;
      await sparsify(net, { density: c.density }, new Random(c.seed));
      const optimizer = new Adam(net.parameters());
      const evolution = new StructureEvolution(net, optimizer, { ...OPTIONS, prune: c.prune, grow: c.grow });
      const [before, after] = await exchangeOnce(engine(), net, optimizer, evolution, [5, c.inputs]);
      expect(after.places.length).toBe(before.places.length);
      expect(isAscending(after.places)).toBe(true);
      const old = new Map(Array.from(before.places, (place, i) => [place, i]));
      let fresh = 0;
      after.places.forEach((place, i) => {
        const from = old.get(place);
        const starts = from === undefined || after.weight[i] === 0;
        expect(after.weight[i]).toBe(starts ? 0 : before.weight[from]);
        expect(after.m[i]).toBe(starts ? 0 : before.m[from]);
        fresh += Number(starts);
      });
      const wanted = Math.floor(0.4 * before.places.length);
      expect(fresh).toBeLessThanOrEqual(wanted);
      if (c.grow !== "gradient") expect(fresh).toBe(wanted);
    };
    await fc.assert(fc.asyncProperty(choices, holds), { numRuns: 150 });
  });

  it("exchanges the wanted number of connections, the weakest", async () => {
    const net = new Sequential({ fc: new Linear(20, 20, { bias: false }) });
    await sparsify(net, { density: 0.25 });
    const optimizer = new Adam(net.parameters());
    const evolution = new StructureEvolution(net, optimizer, { ...OPTIONS, prune: "magnitude" });
    const [before, after] = await exchangeOnce(engine(), net, optimizer, evolution, [5, 20]);
    const stays = keptPlaces(after);
    const magnitudes = Array.from(before.weight, Math.abs);
    const gone = magnitudes.filter((_, i) => !stays.has(before.places[i]!));
    const kept = magnitudes.filter((_, i) => stays.has(before.places[i]!));
    expect(gone.length).toBe(40);
    expect(Math.max(...gone)).toBeLessThanOrEqual(Math.min(...kept));
    const old = new Set(before.places);
    const brought = after.places.filter((place) => !old.has(place)).length;
    expect(evolution.metrics()).toEqual([
      {
        name: "fc",
        density: 0.25,
        everActive: (100 + brought) / 400,
        turnover: brought / 100,
        operations: 100,
      },
    ]);
  });

  it("removes the same share of both signs by the SET rule", async () => {
    const net = new Sequential({ fc: new Linear(20, 20, { bias: false }) });
    await sparsify(net, { density: 0.5 });
    const [, layer] = sparseLayers(net)[0]!;
    layer.weight.set(Float32Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? -1 - i : 1 + i)));
    const optimizer = new Adam(net.parameters(), { lr: 0 });
    const evolution = new StructureEvolution(net, optimizer, { ...OPTIONS, prune: "set" });
    const [before, after] = await exchangeOnce(engine(), net, optimizer, evolution, [5, 20]);
    const stays = keptPlaces(after);
    const gone = [...before.weight.keys()].filter((i) => !stays.has(before.places[i]!));
    expect(gone.filter((i) => i % 4 === 0).length).toBe(20);
    expect(Math.max(...gone.filter((i) => i % 4 === 0))).toBe(76);
    expect(gone.filter((i) => i % 4 !== 0).length).toBe(60);
    expect(Math.max(...gone.filter((i) => i % 4 !== 0))).toBe(79);
  });

  it.each([
    ["linear", () => new Linear(9, 8, { bias: false }), [4, 9]],
    ["convolution", () => new Conv2d(3, 8, { kernelSize: 3, bias: false }), [2, 3, 5, 5]],
    [
      "convolution in groups",
      () => new Conv2d(4, 8, { kernelSize: 3, groups: 2, bias: false }),
      [2, 4, 5, 5],
    ],
    ["delays", () => new DelayLinear(9, 8, { maxDelay: 3 }), [4, 2, 9]],
  ] as const)("grows where the dense gradient is largest, %s", async (_, make, shape) => {
    for (const structure of ["single", "blocks-of-4"] as const) {
      const dense = make();
      const net = new Sequential({ layer: dense });
      const random = new Random(4);
      const x = Float32Array.from({ length: shape.reduce<number>((a, b) => a * b, 1) }, () =>
        random.normal(),
      );
      await sparsify(net, { density: 0.25, structure, rescale: false });
      const [, layer] = sparseLayers(net)[0]!;
      dense.weight.set(layer.connections.expand(await layer.weight.data()));
      if (dense instanceof DelayLinear) {
        dense.position.set(layer.connections.expand(await layer.connections.parameters["position"]!.data()));
      }
      const gradient = await engine().step(async () => {
        backward(sum(dense.forward(tensor(x, shape))));
        return dense.weight.grad!.data();
      });
      const optimizer = new Adam(net.parameters(), { lr: 0 });
      const evolution = new StructureEvolution(net, optimizer, { ...OPTIONS, grow: "gradient" });
      const [before, after] = await exchangeOnce(engine(), net, optimizer, evolution, shape);
      const { columns, block } = layer.pattern;
      const score = (place: number): number => {
        const at = Math.floor(place / columns) * block * columns + (place % columns);
        return Array.from({ length: block }, (__, lane) => Math.abs(gradient[at + lane * columns]!)).reduce(
          (a, b) => a + b,
        );
      };
      const old = new Set(before.places);
      const now = new Set(after.places);
      const fresh = after.places.filter((place) => !old.has(place));
      const room = dense.weight.size / block;
      const left = Array.from({ length: room }, (__, i) => i).filter(
        (place) => !now.has(place) && !old.has(place),
      );
      expect(fresh.length).toBeGreaterThan(0);
      expect(Math.min(...Array.from(fresh, score))).toBeGreaterThanOrEqual(
        Math.max(...left.map(score)) - 1e-4,
      );
    }
  });

  it("grows at places that never were connected first", async () => {
    const net = new Sequential({ fc: new Linear(10, 10, { bias: false }) });
    await sparsify(net, { density: 0.4 });
    const optimizer = new Adam(net.parameters());
    const evolution = new StructureEvolution(net, optimizer, { ...OPTIONS, grow: "unfired", end: 1 });
    const rates = [];
    for (let i = 0; i < 5; i++) {
      await exchangeOnce(engine(), net, optimizer, evolution, [5, 10]);
      rates.push(Math.round(100 * evolution.metrics()[0]!.everActive));
    }
    expect(rates).toEqual([56, 72, 88, 100, 100]);
  });

  it("follows interval, cosine and end", async () => {
    const net = new Sequential({ fc: new Linear(40, 25, { bias: false }) });
    await sparsify(net, { density: 0.2 });
    const optimizer = new SGD(net.parameters(), { lr: 0.1 });
    const schedule = { updateInterval: 2, totalSteps: 12, end: 0.75, fraction: 0.5 } as const;
    const evolution = new StructureEvolution(net, optimizer, schedule);
    const [, layer] = sparseLayers(net)[0]!;
    const exchanged = [];
    for (let step = 1; step <= 12; step++) {
      layer.weight.set(new Float32Array(200).fill(1));
      await evolution.afterStep();
      exchanged.push((await layer.weight.data()).filter((weight) => weight === 0).length);
    }
    const expected = (step: number) => Math.floor((0.5 / 2) * (1 + Math.cos((Math.PI * step) / 9)) * 200);
    expect(exchanged).toEqual([0, expected(2), 0, expected(4), 0, expected(6), 0, expected(8), 0, 0, 0, 0]);
  });

  it("gives fresh connections of delay layers a delay", async () => {
    const net = new Sequential({ fc: new DelayLinear(12, 8, { maxDelay: 9 }) });
    await sparsify(net, { density: 0.25 });
    const optimizer = new Adam(net.parameters());
    const evolution = new StructureEvolution(net, optimizer, OPTIONS);
    const [, after] = await exchangeOnce(engine(), net, optimizer, evolution, [9, 2, 12]);
    const positions = await sparseLayers(net)[0]![1].connections.parameters["position"]!.data();
    const fresh = positions.filter((_, i) => after.weight[i] === 0);
    expect(fresh.length).toBe(9);
    expect(new Set(fresh).size).toBeGreaterThan(4);
    for (const position of fresh) expect(Math.abs(position)).toBeLessThanOrEqual(4);
  });

  it("takes at most 15 % of the dense memory at 5 % density, optimiser state and history included", async () => {
    const net = new Sequential({ fc: new Linear(200, 300, { bias: false }) });
    await sparsify(net, { density: 0.05 });
    const optimizer = new Adam(net.parameters());
    const evolution = new StructureEvolution(net, optimizer, OPTIONS);
    await exchangeOnce(engine(), net, optimizer, evolution, [5, 200]);
    await engine().step(() => void net.forward(tensor(new Float32Array(200), [1, 200])));
    const [{ bytes, denseBytes }] = connectionMemory(net, optimizer) as [ConnectionBytes];
    expect(denseBytes).toBeCloseTo(3 * 4 * 60000, 5);
    expect(bytes).toBeGreaterThan(3000 * 24);
    expect(bytes + 60000 / 8).toBeLessThanOrEqual(0.15 * denseBytes);
  });

  it("does not let memory grow with the number of updates", async () => {
    const net = new Sequential({ fc: new Linear(300, 300, { bias: false }) });
    await sparsify(net, { density: 0.3 });
    const optimizer = new Adam(net.parameters());
    const evolution = new StructureEvolution(net, optimizer, { ...OPTIONS, totalSteps: 1000 });
    await exchangeOnce(engine(), net, optimizer, evolution, [5, 300]);
    const before = engine().backend.memory.usage().bytes;
    for (let i = 0; i < 60; i++) await exchangeOnce(engine(), net, optimizer, evolution, [5, 300]);
    expect(engine().backend.memory.usage().bytes).toBe(before);
  });

  it("counts what neither side leaves out as operations", async () => {
    const net = new Sequential({ fc: new Linear(20, 30) });
    await sparsify(net, { density: 0.1, rescale: false });
    const [, layer] = sparseLayers(net)[0]!;
    const active = Float32Array.from({ length: 40 }, (_, i) => Number(i < 20));
    const count = await engine().step(() => layer.synapticOperations!(tensor(active, [2, 1, 20])));
    expect(count).toEqual({ dense: 1200, active: 60 });
  });

  it("refuses bad options and layers", async () => {
    const dense = new Sequential({ fc: new Linear(4, 4) });
    const adam = new Adam(dense.parameters());
    expect(() => new StructureEvolution(dense, adam, { totalSteps: 1 })).toThrow(
      "StructureEvolution: expected a network with sparse layers, got none. Call sparsify first.",
    );
    await sparsify(dense, { density: 0.5 });
    const make = (options: object) => () =>
      new StructureEvolution(dense, new SGD(dense.parameters(), { lr: 1 }), { totalSteps: 10, ...options });
    expect(make({ updateInterval: 0 })).toThrow(
      "StructureEvolution.updateInterval: expected an integer >= 1, got 0. It counts optimiser steps.",
    );
    expect(make({ layers: ["fc2"] })).toThrow('StructureEvolution.layers: expected some of fc, got "fc2".');
    expect(make({ fraction: 1.5 })).toThrow(
      "StructureEvolution.fraction: expected a finite number >= 0 and <= 1",
    );
    expect(make({ grow: "somehow" as GrowRule })).toThrow(
      'StructureEvolution.grow: expected one of "random", "gradient", "momentum", "unfired", got "somehow".',
    );
    expect(make({ grow: "momentum" })).toThrow(
      'expected an optimiser with momentum for "momentum", got SGD without.',
    );
  });
});

type Rules = { readonly prune: (typeof PRUNE_RULES)[number]; readonly grow: GrowRule };

describe("DeepR", () => {
  const engine = withEngine("wasm", 3);

  it("removes connections that change their sign and brings as many others", async () => {
    const net = new Sequential({ fc: new Linear(20, 20, { bias: false }) });
    await sparsify(net, { density: 0.25 });
    const [, layer] = sparseLayers(net)[0]!;
    const optimizer = new Adam(net.parameters(), { lr: 0.1 });
    layer.weight.set(Float32Array.from({ length: 100 }, (_, i) => (i % 2 ? 0.005 : -0.2)));
    const deepR = await DeepR.create(net, optimizer, { l1: 0.1, random: new Random(1) });
    const before = layer.pattern.places;
    await deepR.afterStep();
    const weights = await layer.weight.data();
    const kept = new Set(layer.pattern.places.filter((_, i) => weights[i] !== 0));
    expect(layer.pattern.places.length).toBe(100);
    before.forEach((place, i) => expect(kept.has(place)).toBe(i % 2 === 0));
    expect(weights.filter((w) => w === 0).length).toBe(50);
    expect(weights.filter((w) => Math.abs(w + 0.19) < 1e-6).length).toBe(50);
    const old = new Set(before);
    const brought = layer.pattern.places.filter((place) => !old.has(place)).length;
    expect(brought).toBeGreaterThan(30);
    expect(deepR.metrics()[0]).toMatchObject({ turnover: brought / 100, everActive: (100 + brought) / 400 });
  });

  it("goes on from its state", async () => {
    const run = async (split: boolean) => {
      engine().random.setState(new Random(2).getState());
      const net = new Sequential({ fc: new Linear(20, 20, { bias: false }) });
      await sparsify(net, { density: 0.25 });
      const optimizer = new Adam(net.parameters(), { lr: 0.1 });
      let deepR = await DeepR.create(net, optimizer, { temperature: 1e-3 });
      for (let step = 0; step < 6; step++) {
        if (split && step === 3) {
          const state = deepR.getState();
          deepR = await DeepR.create(net, optimizer, { temperature: 1e-3 });
          deepR.setState(JSON.parse(JSON.stringify(state)) as typeof state);
        }
        await deepR.afterStep();
      }
      const [, layer] = sparseLayers(net)[0]!;
      return [Array.from(layer.pattern.places), Array.from(await layer.weight.data())];
    };
    expect(await run(true)).toEqual(await run(false));
  });
});
