/** Connections may come at every place without one, those just removed included. */
import { describe, expect, it } from "vitest";
import { Adam, backward, Linear, type Module, Random, Sequential, tensor } from "../../src/index.ts";
import { sum } from "../../src/entries/ops.ts";
import {
  DeepR,
  type SparseLayer,
  sparseLayers,
  sparsify,
  StructureEvolution,
  type StructureEvolutionOptions,
} from "../../src/entries/sparse.ts";
import { BACKENDS, withEngine } from "../support/engines.ts";

const EVERY_STEP = { updateInterval: 1, totalSteps: 10_000, end: 1, fractionSchedule: "constant" } as const;

async function sparseLinear(
  inputs: number,
  outputs: number,
  density: number,
): Promise<[Module, SparseLayer]> {
  const network = new Sequential({ fc: new Linear(inputs, outputs, { bias: false }) });
  await sparsify(network, { density }, new Random(1));
  return [network, sparseLayers(network)[0]![1]];
}

/** Weights of both signs whose magnitudes all differ. */
function distinctWeights(count: number, random: Random): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (0.1 + random.uniform()) * (i % 2 ? 1 : -1));
}

/** The places without a connection once the `count` weakest are gone. */
function freePlaces({ pattern }: SparseLayer, weights: Float32Array, count: number): number[] {
  const weakest = [...weights.keys()]
    .sort((a, b) => Math.abs(weights[a]!) - Math.abs(weights[b]!))
    .slice(0, count);
  const gone = new Set(weakest.map((i) => pattern.places[i]!));
  const taken = new Set(pattern.places);
  const all = Array.from({ length: pattern.outputs * pattern.columns }, (_, place) => place);
  return all.filter((place) => !taken.has(place) || gone.has(place));
}

/** Places of the connections that the last update made. */
async function freshPlaces({ pattern, weight }: SparseLayer): Promise<Int32Array> {
  const weights = await weight.data();
  return pattern.places.filter((_, i) => weights[i] === 0);
}

describe.each(BACKENDS)("growth on %s", (backend) => {
  withEngine(backend, 3);

  const evolve = (network: Module, options: Partial<StructureEvolutionOptions>): StructureEvolution =>
    new StructureEvolution(network, new Adam(network.parameters()), {
      ...EVERY_STEP,
      random: new Random(7),
      ...options,
    });

  it("draws evenly among all places without a connection, also in a dense layer", async () => {
    const [network, layer] = await sparseLinear(12, 10, 0.75);
    const evolution = evolve(network, { fraction: 0.5 });
    const random = new Random(5);
    const drawn = new Float64Array(75);
    for (let update = 0; update < 300; update++) {
      const weights = distinctWeights(90, random);
      layer.weight.set(weights);
      const free = freePlaces(layer, weights, 45);
      await evolution.afterStep();
      const fresh = await freshPlaces(layer);
      expect(fresh.length).toBe(45);
      for (const place of fresh) drawn[free.indexOf(place)]!++;
    }
    const expected = (300 * 45) / 75;
    const chiSquare = drawn.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
    // Drawn without replacement: (1 - 45 / 75) times a chi-square of 74 degrees; mean 29.6, standard deviation 4.9.
    expect(chiSquare).toBeGreaterThan(13);
    expect(chiSquare).toBeLessThan(50);
  });

  it.each(["random", "unfired", "momentum"] as const)(
    "starts connections that come back by %s at zero, without state, in a full layer",
    async (grow) => {
      const [network, layer] = await sparseLinear(8, 5, 1);
      const optimizer = new Adam(network.parameters());
      for (const [, state] of optimizer.stateTensors()) state.set(new Float32Array(state.size).fill(1));
      const weights = distinctWeights(40, new Random(2));
      layer.weight.set(weights);
      const evolution = new StructureEvolution(network, optimizer, { ...EVERY_STEP, fraction: 0.3, grow });
      const free = freePlaces(layer, weights, 12);
      await evolution.afterStep();
      expect([...(await freshPlaces(layer))]).toEqual(free);
      const kept = weights.map((weight, place) => (free.includes(place) ? 0 : weight));
      expect(await layer.weight.data()).toEqual(kept);
      const sizes = optimizer.stateTensors().filter(([, state]) => state.size === 40);
      expect(sizes.length).toBeGreaterThan(1);
      for (const [, state] of sizes) {
        expect(await state.data()).toEqual(kept.map((weight) => Number(weight !== 0)));
      }
      expect(evolution.metrics()[0]).toMatchObject({ density: 1, everActive: 1, turnover: 0 });
    },
  );

  it("leaves connections that the gradient brings back as they were", async () => {
    const [network, layer] = await sparseLinear(8, 5, 1);
    const optimizer = new Adam(network.parameters(), { lr: 0 });
    const weights = distinctWeights(40, new Random(2));
    layer.weight.set(weights);
    const evolution = new StructureEvolution(network, optimizer, { ...EVERY_STEP, grow: "gradient" });
    await layer.weight.engine.step(async () => {
      backward(sum(network.forward(tensor(distinctWeights(16, new Random(3)), [2, 8]))));
      await evolution.afterBackward();
      optimizer.step();
      await evolution.afterStep();
    });
    expect(await layer.weight.data()).toEqual(weights);
  });

  it("lets Deep R bring connections back, with a sign of their own", async () => {
    const [network, layer] = await sparseLinear(20, 20, 1);
    layer.weight.set(new Float32Array(400).fill(0.005));
    const deepR = await DeepR.create(network, new Adam(network.parameters(), { lr: 0.1 }), {
      l1: 0.1,
      random: new Random(1),
    });
    await deepR.afterStep();
    expect(await layer.weight.data()).toEqual(new Float32Array(400));
    await deepR.afterStep();
    const weights = await layer.weight.data();
    // The pull drives every weight of 0 against its sign, so that all are exchanged again, in every step.
    expect(weights).toEqual(new Float32Array(400));
    expect(deepR.metrics()[0]).toMatchObject({ density: 1, turnover: 0 });
    const signs = Buffer.from(deepR.getState().layers[0]!.positive, "hex");
    const positive = signs.reduce((total, byte) => total + byte.toString(2).replaceAll("0", "").length, 0);
    expect(positive).toBeGreaterThan(160);
    expect(positive).toBeLessThan(240);
  });
});
