/** Networks that other frameworks have trained give the same spikes here. */
import {
  BatchNorm,
  createEngine,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  PLIF,
  Sequential,
  tensor,
  type Module,
} from "@myelin/core";
import { describe, expect, it } from "vitest";
import { encodeStateDict, exportStateDict, loadWeights, readStateDict } from "../src/index.ts";
import type { LoadWeightsOptions } from "../src/index.ts";
import { checkpoint } from "./checkpoints.ts";

const engine = await createEngine({ seed: 1, wasm: { threads: 1 } });

const jelly = (make: () => Module): Sequential =>
  new Sequential(new Linear(5, 6), new BatchNorm(6), make(), new Linear(6, 4), make());
const pair = (make: () => Module): Sequential =>
  new Sequential(new Linear(5, 6), make(), new Linear(6, 4), make());
const leaky = (): LIF => new LIF();
const synaptic = (tau: number, neuron: Module): Sequential =>
  new Sequential(new LeakyIntegrator({ tau, decayInput: false }), neuron);

const networks: [string, LoadWeightsOptions["from"], () => Sequential][] = [
  ["jelly-if", "spikingjelly", () => jelly(() => new IF())],
  ["jelly-lif", "spikingjelly", () => jelly(() => new LIF({ tau: 3, vThreshold: 0.8, vReset: null }))],
  ["jelly-plif", "spikingjelly", () => jelly(() => new PLIF())],
  ["jelly-klif", "spikingjelly", () => jelly(() => new KLIF({ scaleReset: true }))],
  ["snn-leaky-zero", "snntorch", () => pair(leaky)],
  ["norse-lif", "norse", () => pair(() => synaptic(5, new LIF({ tau: 5 })))],
];

async function spikesOf(network: Module, name: string): Promise<{ ours: number[]; theirs: number[] }> {
  const data = await readStateDict(checkpoint(`${name}.pt`), { key: "data" });
  const [input, spikes] = [data.get("input")!, data.get("spikes")!];
  network.eval();
  const ours = await engine.step(async () => [
    ...(await network.forward(tensor(input.data as Float32Array, input.shape)).data()),
  ]);
  return { ours, theirs: [...(spikes.data as Float32Array)] };
}

describe("loadWeights", () => {
  it.each(networks)("%s gives the same spikes", async (name, from, make) => {
    const network = make();
    await loadWeights(network, checkpoint(`${name}.pt`), { from, key: "net", name: `${name}.pt` });
    const { ours, theirs } = await spikesOf(network, name);
    expect(theirs.some((spike) => spike === 1)).toBe(true);
    expect(ours).toEqual(theirs);
  });

  it("shows what went where, by name or layer by layer", async () => {
    const bytes = checkpoint("snn-leaky-zero.pt");
    const named = await loadWeights(pair(leaky), bytes, { from: "snntorch", key: "net" });
    expect(named.neurons.map(({ theirs, ours }) => `${theirs} ${ours}`)).toEqual(["1 1", "3 3"]);
    expect(named.text).toContain("2.weight -> 2.weight [4, 6]");
    const other = new Sequential({ a: new Linear(5, 6), b: leaky(), c: new Linear(6, 4), d: leaky() });
    const { text } = await loadWeights(other, bytes, { from: "snntorch", key: "net" });
    expect(text).toContain("0.bias   -> a.bias [6]");
    expect(text).toContain("2.weight -> c.weight [4, 6]");
    expect(text).toMatch(/\n3 +-> d: new LIF\(\{ tau: /);
  });

  it("takes names that differ, and leaves tensors out when told to", async () => {
    const network = new Sequential({ a: new Linear(3, 2), b: new Linear(2, 1, { bias: false }) });
    const bytes = weights({ "fc.weight": [2, 3], "fc.bias": [2], "b.weight": [1, 2], "head.weight": [9] });
    const options = { from: "pytorch", rename: { fc: "a" } } as const;
    await expect(loadWeights(network, bytes, options)).rejects.toThrow(
      "loadWeights: expected no tensors that the network lacks, got head.weight. Set allowUnused",
    );
    const { unused } = await loadWeights(network, bytes, { ...options, allowUnused: true });
    expect(unused).toEqual(["head.weight"]);
    expect([...(await (network.get("a") as Linear).bias!.data())]).toEqual([2, 2]);
    await expect(loadWeights(network, bytes, { from: "pytorch", rename: { fd: "a" } })).rejects.toThrow(
      'loadWeights.rename: expected names of the file, got "fd"',
    );
  });

  it("changes nothing unless all of it fits", async () => {
    const network = new Sequential(new Linear(3, 2));
    const before = [...(await network.parameters()[0]!.data())];
    const load = (names: Record<string, number[]>) =>
      loadWeights(network, weights(names), { from: "pytorch" });
    await expect(load({ "0.weight": [2, 3] })).rejects.toThrow("no tensors that the file lacks, got 0.bias");
    await expect(load({ "0.weight": [3, 2], "0.bias": [2] })).rejects.toThrow("0.weight [3, 2] for [2, 3]");
    await expect(load({ "x.weight": [2, 3], "y.bias": [2] })).rejects.toThrow("Say which is which");
    const nan = new Map([["0.bias", { shape: [2], data: Float32Array.of(1, NaN) }]]);
    await expect(
      loadWeights(network, encodeStateDict(nan), { from: "pytorch", allowMissing: true }),
    ).rejects.toThrow("expected finite values, got NaN in 0.bias at index 1");
    expect([...(await network.parameters()[0]!.data())]).toEqual(before);
  });

  it.each<[string, () => Module, string]>([
    [
      "snn-leaky-zero",
      () => pair(() => new IF()),
      "expected a LIF at 1, for 1 of the file, got Sequential.1 (IF)",
    ],
    ["snn-leaky-subtract", () => pair(leaky), 'reset_mechanism "zero" of 1, got "subtract"'],
    ["snn-synaptic-zero", () => pair(leaky), "a Leaky at 1, got a Synaptic"],
  ])("%s is refused where the neurons differ", async (name, make, message) => {
    const loading = loadWeights(make(), checkpoint(`${name}.pt`), { from: "snntorch", key: "net" });
    await expect(loading).rejects.toThrow(message);
  });
});

/** A file of tensors of these shapes. */
function weights(shapes: Record<string, number[]>): Uint8Array {
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const data = new Float32Array(shape.reduce((product, n) => product * n, 1)).fill(2);
    return [name, { shape, data }] as const;
  });
  return encodeStateDict(new Map(tensors));
}

describe("exportStateDict", () => {
  it("has PyTorch's names, and loads again", async () => {
    const network = jelly(() => new PLIF());
    const exported = await exportStateDict(network);
    const theirs = await readStateDict(checkpoint("jelly-plif.pt"), { key: "net" });
    expect([...exported.keys()].sort()).toEqual([...theirs.keys()].sort());
    const copy = jelly(() => new PLIF());
    await loadWeights(copy, encodeStateDict(exported), { from: "pytorch" });
    expect(await copy.parameters()[0]!.data()).toEqual(await network.parameters()[0]!.data());
  });
});
