/** Networks that other frameworks have trained give the same spikes here. */
import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  createEngine,
  Flatten,
  IF,
  KLIF,
  LeakyIntegrator,
  LIF,
  Linear,
  PLIF,
  Sequential,
  tensor,
  type Module,
  type Tensor,
} from "@myelin/core";
import { describe, expect, it } from "vitest";
import { encodeStateDict, exportStateDict, loadWeights, readStateDict, snnTorchLeaky } from "../src/index.ts";
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

const conv = (first: Module, last: Module): Sequential =>
  new Sequential(
    ...[new Conv2d(2, 3, { kernelSize: 3, padding: 1 }), first, new AvgPool2d({ kernelSize: 2 })],
    ...[new Flatten(), new Linear(27, 4), last],
  );

type Loading = Omit<LoadWeightsOptions, "name" | "key">;
const [jellyFile, snnFile, norseFile] = [
  { from: "spikingjelly" } as const,
  { from: "snntorch" } as const,
  { from: "norse" } as const,
];
const odd = { tauSynInv: 300, tauMemInv: 150, vLeak: 0.1, vTh: 0.7, vReset: -0.1, dt: 0.002 };

const networks: [string, Loading, () => Sequential][] = [
  ["jelly-if", jellyFile, () => jelly(() => new IF())],
  ["jelly-lif", jellyFile, () => jelly(() => new LIF({ tau: 3, vThreshold: 0.8, vReset: null }))],
  ["jelly-plif", jellyFile, () => jelly(() => new PLIF())],
  ["jelly-klif", jellyFile, () => jelly(() => new KLIF({ scaleReset: true }))],
  ["jelly-klif-soft", jellyFile, () => jelly(() => new KLIF({ tau: 3, vReset: null }))],
  [
    "jelly-conv",
    jellyFile,
    () => conv(new LIF({ tau: 1.5, vReset: -0.2, decayInput: false }), new PLIF({ vReset: null })),
  ],
  ["snn-leaky-zero", snnFile, () => pair(leaky)],
  ["snn-leaky-subtract", snnFile, () => pair(leaky)],
  ["snn-leaky-each", snnFile, () => pair(leaky)],
  ["snn-leaky-now", { ...snnFile, resetDelay: false }, () => pair(leaky)],
  ["snn-synaptic-zero", snnFile, () => pair(leaky)],
  ["snn-synaptic-subtract", snnFile, () => pair(leaky)],
  ["snn-synaptic-now", { ...snnFile, resetDelay: false }, () => pair(leaky)],
  ["snn-conv", snnFile, () => conv(leaky(), leaky())],
  ["norse-lif", norseFile, () => pair(() => synaptic(5, new LIF({ tau: 5 })))],
  ["norse-lif", { ...norseFile, neurons: { tauMemInv: 200 } }, () => pair(leaky)],
  ["norse-lif-odd", { ...norseFile, neurons: [odd, {}] }, () => pair(leaky)],
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
  it.each(networks)("%s gives the same spikes, %j", async (name, options, make) => {
    const network = make();
    await loadWeights(network, checkpoint(`${name}.pt`), { ...options, key: "net", name: `${name}.pt` });
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

  it("fills layers of the same equations, and what they learn", async () => {
    const network = pair(() => snnTorchLeaky({ beta: 0.5, learn: ["beta"] }));
    const beta = (network.get("1") as unknown as { beta: Tensor }).beta;
    const load = (keepNeurons: boolean) =>
      loadWeights(network, checkpoint("snn-leaky-subtract.pt"), { ...snnFile, key: "net", keepNeurons });
    expect((await load(true)).neurons[0]!.options).toBe(
      'snnTorchLeaky({ beta: 0.9, threshold: 1, gradedSpikesFactor: 1, resetMechanism: "subtract", resetDelay: true })',
    );
    expect(await beta.item()).toBeCloseTo(0.9, 6);
    const { ours, theirs } = await spikesOf(network, "snn-leaky-subtract");
    expect(ours).toEqual(theirs);
  });

  it.each<[string, Module, Loading, string]>([
    ["snn-leaky-zero", new IF(), snnFile, "expected a LIF at 1, for 1 of the file, got Sequential.1 (IF)"],
    [
      "snn-leaky-zero",
      snnTorchLeaky({ beta: 0.9 }),
      snnFile,
      "a LIF at 1, for 1 of the file, got Sequential.1 (snnTorchLeaky). Or put snnTorchLeaky({ beta: 0.948",
    ],
    [
      "snn-leaky-zero",
      new LIF(),
      { ...snnFile, keepNeurons: true },
      "new LIF({ tau: 19.3416, decayInput: false, vThreshold: 0.9, vReset: 0 }) at 1, as 1 of the file, got " +
        "new LIF({ tau: 2, decayInput: true, vThreshold: 1, vReset: 0 })",
    ],
    [
      "snn-leaky-subtract",
      snnTorchLeaky({ beta: 0.8 }),
      { ...snnFile, keepNeurons: true },
      "expected 0.9 at 1.beta, as in the file, got 0.8",
    ],
    ["jelly-lif", new LIF(), { ...jellyFile, resetDelay: false }, "only snnTorch has it, got false"],
    ["jelly-lif", new LIF(), { ...jellyFile, neurons: {} }, "only Norse's files lack them"],
  ])("%s is refused where the neurons differ", async (name, neuron, options, message) => {
    const network = new Sequential(new Linear(5, 6), neuron, new Linear(6, 4), new LIF());
    await expect(loadWeights(network, checkpoint(`${name}.pt`), { ...options, key: "net" })).rejects.toThrow(
      message,
    );
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
