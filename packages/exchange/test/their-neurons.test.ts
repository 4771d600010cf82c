/**
 * Weights and neurons go back to the framework that they came from, and to others: their files, made by
 * `fixtures/make-checkpoints.py`, come out again bit by bit. Where MYELIN_TORCH names a Python with torch, snntorch, spikingjelly and
 * norse, networks trained here run there: `MYELIN_TORCH=python3 npx vitest run their-neurons`. With torch 2.15, snntorch 1.0,
 * spikingjelly 2.0 and norse 1.1 on 2026-11-30 all were loaded strictly, and no spike differed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Adam,
  ALIF,
  AvgPool2d,
  backward,
  BatchNorm,
  Conv2d,
  createEngine,
  Flatten,
  IF,
  KLIF,
  LIF,
  Linear,
  type Module,
  PLIF,
  Random,
  rateCrossEntropy,
  Sequential,
  tensor,
} from "@myelin/core";
import { afterAll, describe, expect, it } from "vitest";
import {
  encodeStateDict,
  exportStateDict,
  type Framework,
  loadWeights,
  norseLIF,
  readStateDict,
  snnTorchLeaky,
  snnTorchSynaptic,
  theirNeurons,
} from "../src/index.ts";
import { checkpoint } from "./checkpoints.ts";

const engine = await createEngine({ seed: 5, wasm: { threads: 1 } });

const pair = (make: () => Module): Sequential =>
  new Sequential(new Linear(5, 6), make(), new Linear(6, 4), make());
const normed = (make: () => Module): Sequential =>
  new Sequential(new Linear(5, 6), new BatchNorm(6), make(), new Linear(6, 4), make());
const images = (make: () => Module): Sequential =>
  new Sequential(
    ...[new Conv2d(2, 3, { kernelSize: 3, padding: 1 }), make(), new AvgPool2d({ kernelSize: 2 })],
    ...[new Flatten(), new Linear(27, 4), make()],
  );

describe("exportStateDict", () => {
  it.each<[string, Framework, () => Sequential]>([
    ["snn-leaky-zero", "snntorch", () => pair(() => new LIF())],
    ["snn-leaky-subtract", "snntorch", () => pair(() => new LIF())],
    ["snn-leaky-each", "snntorch", () => pair(() => new LIF())],
    ["snn-leaky-now", "snntorch", () => pair(() => new LIF())],
    ["snn-synaptic-zero", "snntorch", () => pair(() => new LIF())],
    ["snn-synaptic-subtract", "snntorch", () => pair(() => new LIF())],
    ["snn-synaptic-now", "snntorch", () => pair(() => new LIF())],
    ["snn-conv", "snntorch", () => images(() => new LIF())],
    ["jelly-if", "spikingjelly", () => normed(() => new IF())],
    ["jelly-lif", "spikingjelly", () => normed(() => new LIF({ tau: 3, vReset: null }))],
    ["jelly-plif", "spikingjelly", () => normed(() => new PLIF())],
    ["jelly-klif", "spikingjelly", () => normed(() => new KLIF({ scaleReset: true }))],
    ["norse-lif", "norse", () => pair(() => norseLIF({ tauMemInv: 200 }))],
  ])("%s comes out as it came in", async (name, framework, make) => {
    const theirs = await readStateDict(checkpoint(`${name}.pt`), { key: "net" });
    const network = make();
    await loadWeights(network, checkpoint(`${name}.pt`), { from: framework, key: "net" });
    const file = encodeStateDict(await exportStateDict(network, { to: framework }));
    const back = await readStateDict(file);
    expect([...back.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [path, { shape, data }] of theirs) {
      // Batches are not counted here.
      if (path.endsWith("num_batches_tracked")) continue;
      expect(back.get(path), path).toEqual({ shape, data });
    }
    const again = make();
    await loadWeights(again, file, { from: framework });
    expect(await exportStateDict(again, { to: framework })).toEqual(back);
  });

  it("has other names when told", async () => {
    const network = new Sequential(new Linear(2, 1), snnTorchLeaky({ beta: 0.5 }));
    const rename = { "0": "fc", "1": "lif1" };
    const names = [...(await exportStateDict(network, { to: "snntorch", rename })).keys()];
    expect(names).toEqual([
      ...["fc.weight", "fc.bias", "lif1.beta", "lif1.threshold"],
      ...["lif1.graded_spikes_factor", "lif1.reset_mechanism_val"],
    ]);
    await expect(exportStateDict(network, { rename: { "2": "x" } })).rejects.toThrow(
      'exportStateDict.rename: expected names of the network, got "2"',
    );
  });

  it.each<[Framework, Module, string]>([
    ["snntorch", new LIF(), "neurons that snnTorch has, got Sequential.0 (LIF). It has snnTorchLeaky"],
    ["snntorch", new LIF({ decayInput: false, vReset: null }), "got Sequential.0 (LIF)"],
    ["snntorch", norseLIF(), "got Sequential.0 (norseLIF)"],
    ["spikingjelly", new ALIF(), "neurons that SpikingJelly has, got Sequential.0 (ALIF)"],
    [
      "spikingjelly",
      new LIF({ tau: 1 }),
      "got Sequential.0 (LIF) with tau 1. It has neurons with tau above 1",
    ],
    ["norse", new LIF({ vReset: null }), "neurons that Norse has, got Sequential.0 (LIF). It has norseLIF"],
  ])("to %s: refuses neurons it does not have", async (to, neuron, message) => {
    await expect(exportStateDict(new Sequential(neuron), { to })).rejects.toThrow(message);
    await expect(theirNeurons(new Sequential(neuron), to)).rejects.toThrow(message);
  });
});

const python = process.env["MYELIN_TORCH"];
const folder = mkdtempSync(join(tmpdir(), "myelin-theirs-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Makes each network of its layers, loads its weights strictly, and says what it gives. */
const RUN = `
import json, sys, warnings
warnings.simplefilter("ignore")
import torch, snntorch, norse.torch as norse
from torch import nn
from spikingjelly.activation_based import neuron

def through(module, x):
    """A layer for all time steps."""
    if isinstance(module, norse.LIF):
        return module(x)[0]
    if isinstance(module, snntorch.Leaky):
        step, state = module, (module.init_leaky(),)
    elif isinstance(module, snntorch.Synaptic):
        step, state = module, module.init_synaptic()
    else:
        step, state = lambda now: (module(now),), ()
    outputs = []
    for now in x:
        out, *state = step(now, *state)
        outputs.append(out)
    return torch.stack(outputs)

found = []
for i, given in enumerate(json.load(open(sys.argv[1] + "/networks.json"))):
    net = nn.Sequential(*(eval(source) for source in given["layers"])).eval()
    net.load_state_dict(torch.load(f"{sys.argv[1]}/{i}.pt", weights_only=True), strict=True)
    x = torch.tensor(given["data"]).reshape(given["shape"])
    with torch.no_grad():
        for module in net:
            x = through(module, x)
    found.append(x.flatten().tolist())
print(json.dumps(found))
`;

const kinds: [string, Framework, () => Module][] = [
  ["Leaky, subtract", "snntorch", () => snnTorchLeaky({ beta: 0.9, learn: ["beta", "threshold"] })],
  ["Leaky, zero", "snntorch", () => snnTorchLeaky({ beta: 0.8, resetMechanism: "zero" })],
  ["Leaky, at once", "snntorch", () => snnTorchLeaky({ beta: 0.9, threshold: 0.7, resetDelay: false })],
  ["Synaptic, subtract", "snntorch", () => snnTorchSynaptic({ alpha: 0.6, beta: 0.8, learn: ["alpha"] })],
  ["Synaptic, zero", "snntorch", () => snnTorchSynaptic({ alpha: 0.5, beta: 0.7, resetMechanism: "zero" })],
  ["Leaky of a LIF", "snntorch", () => new LIF({ tau: 4, decayInput: false, vThreshold: 0.9 })],
  ["Leaky of an IF", "snntorch", () => new IF()],
  ["Leaky of a PLIF", "snntorch", () => new PLIF({ decayInput: false })],
  ["IFNode", "spikingjelly", () => new IF({ vReset: null })],
  ["LIFNode", "spikingjelly", () => new LIF({ tau: 3, vThreshold: 0.8, vReset: -0.1, decayInput: false })],
  ["ParametricLIFNode", "spikingjelly", () => new PLIF({ initTau: 3 })],
  ["KLIFNode", "spikingjelly", () => new KLIF({ scaleReset: true })],
  ["Norse's LIF", "norse", () => norseLIF({ tauMemInv: 200, vLeak: 0.1, vTh: 0.6 })],
  ["Norse's LIF of a LIF", "norse", () => new LIF({ tau: 3, vThreshold: 0.5, vReset: 0.05 })],
  ["Norse's LIF of a PLIF", "norse", () => new PLIF()],
];

/** Networks here, and the same layers in Python, but for the neurons. */
const STRUCTURES = [
  {
    structure: "pair",
    build: pair,
    shape: [20, 3, 5],
    layers: ["nn.Linear(5, 6)", "", "nn.Linear(6, 4)", ""],
  },
  {
    structure: "images",
    build: images,
    shape: [20, 3, 2, 6, 6],
    layers: ["nn.Conv2d(2, 3, 3, padding=1)", "", "nn.AvgPool2d(2)", "nn.Flatten()", "nn.Linear(27, 4)", ""],
  },
] as const;

function drawn(shape: readonly number[], random: Random): number[] {
  const length = shape.reduce((product, n) => product * n, 1);
  return Array.from({ length }, () => Math.fround(4 * random.uniform()));
}

/** Trains a network for a few steps, from weights with which some neurons fire and others do not. */
async function trained(build: () => Sequential, x: readonly number[], shape: readonly number[]) {
  for (const shift of [0.2, 0.1, 0.05, 0.02, 0, -0.02]) {
    const network = build();
    for (const [path, value] of network.namedParameters()) {
      if (/[0-9]\.weight/.test(path)) value.set((await value.data()).map((weight) => 2 * weight + shift));
    }
    const optimizer = new Adam(network.parameters(), { lr: 0.02 });
    for (let step = 0; step < 3; step++) {
      await engine.step(() => {
        backward(rateCrossEntropy(network.forward(tensor(x, shape)), tensor([0, 1, 2])));
        optimizer.step();
      });
    }
    network.eval();
    const spikes = [...(await engine.step(() => network.forward(tensor(x, shape)).data()))];
    const share = spikes.reduce((sum, spike) => sum + spike, 0) / spikes.length;
    if (share > 0.05 && share < 0.95) return { network, spikes };
  }
  throw new Error("expected a network that is neither silent nor always active");
}

it.skipIf(python === undefined)(
  "what is trained here gives the same spikes there",
  { timeout: 300_000 },
  async () => {
    const random = new Random(3);
    const ours: { name: string; spikes: number[] }[] = [];
    const networks: object[] = [];
    for (const { structure, build, shape, layers } of STRUCTURES) {
      for (const [kind, to, make] of kinds) {
        const data = drawn(shape, random);
        const { network, spikes } = await trained(() => build(make), data, shape);
        const neurons = new Map((await theirNeurons(network, to)).map(({ ours, python }) => [ours, python]));
        const all = layers.map((layer, i) => neurons.get(String(i)) ?? layer);
        const file = encodeStateDict(await exportStateDict(network, { to }));
        writeFileSync(join(folder, `${ours.length}.pt`), file);
        networks.push({ layers: all, data, shape });
        ours.push({ name: `${kind}, ${structure}`, spikes });
      }
    }
    writeFileSync(join(folder, "networks.json"), JSON.stringify(networks));
    const { stdout, stderr } = spawnSync(python!, ["-W", "ignore", "-c", RUN, folder], { encoding: "utf8" });
    expect(stdout, stderr).not.toBe("");
    const theirs = JSON.parse(stdout) as number[][];
    expect(ours.map(({ name }, i) => ({ name, spikes: theirs[i] }))).toEqual(ours);
  },
);
