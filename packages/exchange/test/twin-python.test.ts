/**
 * Twins run in Python, where MYELIN_TORCH names one with torch: `MYELIN_TORCH=python3 npx vitest run twin-python`. With
 * torch 2.15 on 2026-11-30 all outputs were within 1e-5, and no spike differed.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AdvancedSpatialAttention,
  ALIF,
  AvgPool2d,
  BatchNorm,
  Conv2d,
  createEngine,
  defineNeuron,
  DelayConv2d,
  DelayLinear,
  Flatten,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  IF,
  KLIF,
  LeakyIntegrator,
  learnable,
  LIF,
  Linear,
  MaxPool2d,
  type Module,
  PLIF,
  Random,
  Recurrent,
  RepeatOverTime,
  Residual,
  Sequential,
  tensor,
  Vote,
} from "@myelin/core";
import { sparsify } from "@myelin/core/sparse";
import { afterAll, expect, it } from "vitest";
import {
  encodeStateDict,
  exportStateDict,
  norseLIF,
  snnTorchLeaky,
  snnTorchSynaptic,
  twinSource,
} from "../src/index.ts";

const python = process.env["MYELIN_TORCH"];
const engine = await createEngine({ seed: 4, wasm: { threads: 1 } });
const folder = mkdtempSync(join(tmpdir(), "myelin-twins-"));
afterAll(() => rmSync(folder, { recursive: true }));

const RUN = `
import importlib, json, sys, torch
sys.path.insert(0, sys.argv[1])
found = []
for i, given in enumerate(json.load(open(sys.argv[1] + "/inputs.json"))):
    with torch.no_grad():
        out = importlib.import_module(f"net{i}").load()(torch.tensor(given["data"]).reshape(given["shape"]))
    found.append({"shape": list(out.shape), "data": out.flatten().tolist()})
print(json.dumps(found))
`;

/** A neuron with all that its language has. */
const Everything = defineNeuron({
  name: 'Everything "here"',
  state: { v: 0.25, a: 0 },
  parameters: { tau: 2, lambda: learnable(0.3), each: learnable(0.5, { per: "channel" }), gain: 1 },
  equations: `
    h = v + (gain * x - v) / tau ** 2
    u = where(h < 0.1, exp(-abs(h)), sigmoid(h) + 0.1 * sin(pi * h) - 1e-3 * cos(h))
    w = clamp(u, -2, 2) + max(min(h, lambda), 0) + tanh(each) + softplus(h) * 0.1 + relu(-h)
    s = spike(w - 1 - a)
    v = detach(h) * (1 - s) + sqrt(lambda) * 0.1 + log(1 + a) * 0.1
    a = a + (s - a) / (each * 10)
  `,
});

const flat = (neuron: Module): Sequential => new Sequential(new Linear(5, 6), neuron, new Linear(6, 4));
const images = (...layers: Module[]): Sequential =>
  new Sequential(new Conv2d(2, 4, { kernelSize: 3, padding: 1 }), new BatchNorm(4), ...layers);

const SEQUENCE = [9, 3, 5];
const IMAGES = [6, 2, 2, 6, 6];

const networks: [string, readonly number[], () => Module | Promise<Module>][] = [
  ["IF", SEQUENCE, () => flat(new IF())],
  ["LIF", SEQUENCE, () => flat(new LIF({ tau: 3, decayInput: false, vThreshold: 0.7, vReset: -0.1 }))],
  ["LIF, soft reset", SEQUENCE, () => flat(new LIF({ tau: 1, vReset: null }))],
  ["PLIF", SEQUENCE, () => flat(new PLIF({ initTau: 3, vReset: null }))],
  ["KLIF", SEQUENCE, () => flat(new KLIF({ k: 1.3, scaleReset: true }))],
  ["ALIF", SEQUENCE, () => flat(new ALIF({ tau: 3, tauAdaptation: 5, vReset: null }))],
  ["ALIF, hard reset", SEQUENCE, () => flat(new ALIF({ decayInput: false, tauAdaptation: 5, vReset: 0.1 }))],
  [
    "integrator",
    SEQUENCE,
    () => new Sequential(new Linear(5, 4), new LeakyIntegrator({ tau: 3 }), new Vote(2)),
  ],
  ["recurrent", SEQUENCE, () => flat(new Recurrent(new ALIF({ tauAdaptation: 4 }), { features: 6 }))],
  [
    "recurrent equations",
    SEQUENCE,
    () => flat(new Recurrent(new Everything({ features: 6 }), { features: 6 })),
  ],
  ["equations", SEQUENCE, () => flat(new Everything({ features: 6, gain: [1, 2, 3, 1, 2, 3] }))],
  ["equations of images", IMAGES, () => images(new Everything({ features: [4, 6, 6], gain: [1, 2, 3, 1] }))],
  ["snnTorch", SEQUENCE, () => flat(snnTorchLeaky({ beta: [0.5, 0.6, 0.7, 0.8, 0.9, 1], learn: ["beta"] }))],
  [
    "snnTorch's synapse",
    SEQUENCE,
    () => flat(snnTorchSynaptic({ alpha: 0.5, beta: 0.9, resetDelay: false })),
  ],
  ["Norse", SEQUENCE, () => flat(norseLIF({ tauMemInv: 300, vLeak: 0.1 }))],
  [
    "delays",
    SEQUENCE,
    () =>
      new Sequential(
        new DelayLinear(5, 4, { maxDelay: 7, kernelCount: 2 }),
        new LIF(),
        new LeakyIntegrator(),
      ),
  ],
  [
    "axon delays",
    SEQUENCE,
    () => new Sequential(new DelayLinear(5, 4, { maxDelay: 5, per: "axon", keepLength: true })),
  ],
  [
    "delays of images",
    IMAGES,
    () =>
      images(new LIF(), new DelayConv2d(4, 3, { kernelSize: [3, 2], maxDelay: 5, stride: 2, padding: 1 })),
  ],
  [
    "attention",
    IMAGES,
    () =>
      images(
        new AdvancedSpatialAttention({ timeSteps: 6, channels: 4 }),
        new LIF({ vThreshold: 0.1 }),
        new AvgPool2d({ kernelSize: 3 }),
      ),
  ],
  [
    "attention that learns",
    IMAGES,
    () =>
      images(
        new AdvancedSpatialAttention({
          timeSteps: 6,
          channels: 4,
          reduction: 2,
          maskMode: "or",
          maskScope: "batchUnion",
          trainableScore: true,
        }),
      ),
  ],
  [
    "layers of images",
    IMAGES,
    () =>
      new Sequential({
        conv: new Conv2d(2, 4, { kernelSize: [3, 1], stride: 2, padding: 1, groups: 2, bias: false }),
        norm: new BatchNorm(4),
        res: new Residual(
          new Sequential(new Conv2d(4, 4, { kernelSize: 3, padding: 1 }), new LIF()),
          new Sequential(new Conv2d(4, 4, { kernelSize: 1 })),
        ),
        pools: new Sequential(
          new AvgPool2d({ kernelSize: 2, stride: 1 }),
          new MaxPool2d({ kernelSize: 2, padding: 1 }),
        ),
        flat: new Flatten(),
      }),
  ],
  ["still images", [2, 2, 6, 6], () => images(new RepeatOverTime(3), new LIF(), new GlobalAvgPool2d())],
  ["the largest", IMAGES, () => images(new GlobalMaxPool2d())],
  [
    "sparse weights",
    IMAGES,
    async () => {
      const network = images(
        new LIF(),
        new Flatten(),
        new Linear(144, 3),
        new DelayLinear(3, 3, { maxDelay: 3 }),
      );
      await sparsify(network, { density: 0.4 });
      return network;
    },
  ],
];

/** Inputs or outputs. */
interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Writes a network, and computes what it gives. */
async function written(network: Module, name: string, { shape, data }: Values): Promise<Values> {
  const random = new Random(2);
  for (const [path, value] of [...network.namedParameters(), ...network.namedBuffers()]) {
    const values = await value.data();
    if (/running/.test(path)) value.set(values.map(() => 0.5 + random.uniform()));
    if (/[0-9]\.weight/.test(path)) value.set(values.map((weight) => 2 * weight));
  }
  network.eval();
  writeFileSync(join(folder, `${name}.py`), twinSource(network));
  writeFileSync(join(folder, `${name}.pt`), encodeStateDict(await exportStateDict(network)));
  return engine.step(async () => {
    const out = network.forward(tensor(data, shape));
    return { shape: out.shape, data: [...(await out.data())] };
  });
}

it.skipIf(python === undefined)("in Python they compute the same", { timeout: 120_000 }, async () => {
  const random = new Random(3);
  const inputs = networks.map(([, shape]): Values => {
    const length = shape.reduce((product, n) => product * n, 1);
    return { shape, data: Array.from({ length }, () => Math.fround(4 * random.uniform() - 0.5)) };
  });
  const ours: Values[] = [];
  for (const [i, [, , make]] of networks.entries()) {
    ours.push(await written(await make(), `net${i}`, inputs[i]!));
  }
  writeFileSync(join(folder, "inputs.json"), JSON.stringify(inputs));
  const { stdout, stderr } = spawnSync(python!, ["-c", RUN, folder], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  expect(stderr).toBe("");
  const theirs = JSON.parse(stdout) as Values[];
  const found = networks.map(([name], i) => {
    const { data } = ours[i]!;
    const differences = data.map((value, at) => Math.abs(value - theirs[i]!.data[at]!));
    return {
      name,
      shape: theirs[i]!.shape,
      varies: new Set(data).size > 1,
      isClose: Math.max(...differences) < 1e-5,
    };
  });
  expect(found).toEqual(
    networks.map(([name], i) => ({ name, shape: ours[i]!.shape, varies: true, isClose: true })),
  );
});
