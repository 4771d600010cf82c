import { describe, expect, test } from "vitest";
import {
  buildNetwork,
  Conv2d,
  encodeWeights,
  KLIF,
  type LayerDescription,
  type NetworkDescription,
  restoreWeights,
  type Sequential,
  tensor,
} from "../src/index.ts";
import { CubaLIF } from "../src/entries/neurons.ts";
import { SparseLinear } from "../src/entries/sparse.ts";
import { withEngine } from "./support/engines.ts";

const engine = withEngine("reference");

const IMAGES: NetworkDescription = {
  input: [1, 6, 6],
  classes: 3,
  layers: [
    { name: "conv1", type: "conv2d", outChannels: 2, kernelSize: [3, 1], padding: 1 },
    { name: "norm1", type: "batchNorm" },
    { name: "repeat1", type: "repeat", steps: 4 },
    { name: "attention1", type: "attention", reduction: 2 },
    { name: "neuron1", type: "neuron", neuron: { type: "KLIF", surrogate: { type: "atan", alpha: 3 } } },
    {
      name: "residual1",
      type: "residual",
      branch: [{ name: "conv1", type: "conv2d", outChannels: 2, kernelSize: 1 }],
    },
    { name: "pool1", type: "maxPool2d", kernelSize: 2 },
    { name: "flatten1", type: "flatten" },
    { name: "fc1", type: "delayLinear", outFeatures: 6, maxDelay: 3 },
    { name: "neuron2", type: "neuron", neuron: { type: "CubaLIF", parameters: { alpha: 0.7 } } },
    {
      name: "recurrent1",
      type: "recurrent",
      neuron: {
        type: "equations",
        name: "Own",
        equations: "v = v + (x - v) / tau\ns = spike(v - 1)",
        state: { v: 0 },
        parameters: { tau: { learnable: 2, per: "channel" } },
        surrogate: "1 / (1 + u ** 2)",
      },
    },
    { name: "vote1", type: "vote", size: 2 },
    { name: "integrator1", type: "leakyIntegrator", tau: 3 },
  ],
};

test("a description becomes a network of these layers, by these names", async () => {
  const network = await buildNetwork(IMAGES);
  expect(network.children().map(([name]) => name)).toEqual(IMAGES.layers.map(({ name }) => name));
  expect(network.get("conv1")).toBeInstanceOf(Conv2d);
  expect(network.get("neuron1")).toBeInstanceOf(KLIF);
  expect(network.get("neuron1")).toMatchObject({ surrogate: { name: "atan", alpha: 3 } });
  expect(network.get("neuron2")).toBeInstanceOf(CubaLIF);
  const names = network.namedParameters().map(([name]) => name);
  expect(names).toContain("residual1.branch.conv1.weight");
  expect(names).toContain("recurrent1.neuron.tau");
  const shape = await engine().step(() => network.forward(tensor(new Float32Array(72), [2, 1, 6, 6])).shape);
  expect(shape).toEqual([5, 2, 3]);
});

test("it is plain JSON: what is written and read again builds the same network", async () => {
  const [first, second] = [
    await buildNetwork(IMAGES),
    await buildNetwork(JSON.parse(JSON.stringify(IMAGES)) as NetworkDescription),
  ];
  restoreWeights(await encodeWeights(first), second);
  const output = (network: Sequential) => {
    network.eval();
    const x = Float32Array.from({ length: 72 }, (_, i) => Math.sin(i) + 0.5);
    return engine().step(() => network.forward(tensor(x, [2, 1, 6, 6])).data());
  };
  expect(await output(second)).toEqual(await output(first));
});

test("weights may be sparse", async () => {
  const layers: LayerDescription[] = [{ name: "fc1", type: "linear", outFeatures: 5 }];
  const network = await buildNetwork({ input: [10], layers, structure: { density: 0.2 } });
  expect(network.get("fc1")).toBeInstanceOf(SparseLinear);
  expect(network.get("fc1")).toMatchObject({ density: 0.2 });
});

describe("the equations of a built-in neuron", () => {
  const build = (equations: string, type: "LIF" | "CubaLIF" = "LIF") =>
    buildNetwork({ input: [4], layers: [{ name: "n", type: "neuron", neuron: { type, equations } }] });

  test("may stand beside it, in any spelling", async () => {
    const lif = "h = v+(x-(v - vReset))/tau  # charge\ns = spike(h-vThreshold)\nv = h*(1-s)+vReset*s";
    expect(await build(lif)).toBeDefined();
  });

  test.each(["h = v + x\ns = spike(h - vThreshold)\nv = h * (1 - s) + vReset * s / tau", "s = spke(x)"])(
    "must be those of this version: %s",
    async (equations) => {
      await expect(build(equations)).rejects.toThrow(/^network\.n \(neuron\)/);
    },
  );
});

const wrong: [string, object, RegExp][] = [
  ["an unknown type", { type: "liner" }, /layers\[0\]\.type: expected one of .* Did you mean "linear"\?/],
  ["no name", { name: "", type: "linear" }, /layers\[0\]\.name: expected a text/],
  [
    "an unknown option",
    { type: "linear", outFeatures: 2, biass: true },
    /^network\.a \(linear\): .*biass.*bias/,
  ],
  [
    "a wrong value",
    { type: "linear", outFeatures: "2" },
    /^network\.a \(linear\)\.outFeatures: expected an integer/,
  ],
  [
    "a layer that takes images",
    { type: "maxPool2d", kernelSize: 2 },
    /^network\.a \(maxPool2d\): expected an image/,
  ],
  ["an unknown neuron", { type: "neuron", neuron: { type: "LIFF" } }, /Did you mean "LIF"\?/],
  [
    "a surrogate that is none",
    { type: "neuron", neuron: { type: "LIF", surrogate: "steep" } },
    /surrogate: expected one of/,
  ],
  [
    "a surrogate with a name that is unknown",
    { type: "neuron", neuron: { type: "LIF", surrogate: "1 / w" } },
    /network\.a \(neuron\): LIF\.surrogate, line 1, column 5: expected a name that is known here, got "w"\. Did you mean u\?$/,
  ],
  ["an option of another neuron", { type: "neuron", neuron: { type: "IF", tau: 2 } }, /unknown option "tau"/],
  [
    "a parameter that is none",
    { type: "neuron", neuron: { type: "QIF", parameters: { nu: 2 } } },
    /unknown option "nu"/,
  ],
  [
    "sides that differ",
    { type: "residual", branch: [{ name: "f", type: "linear", outFeatures: 3 }] },
    /branch and shortcut/,
  ],
  ["a branch that is none", { type: "residual" }, /branch\.layers: expected an array of layers/],
  ["attention without steps", { type: "attention" }, /^network\.a \(attention\): expected an image/],
  ["an option that is not there", { type: "flatten", start: 1 }, /unknown option "start"/],
];
test.each(wrong)("%s is refused, with the layer's name", async (_, layer, message) => {
  const description = { input: [4], layers: [{ name: "a", ...layer }] } as unknown as NetworkDescription;
  await expect(buildNetwork(description)).rejects.toThrow(message);
});

test("names are unique, and the output is one value per class", async () => {
  const layer: LayerDescription = { name: "fc1", type: "linear", outFeatures: 4 };
  await expect(buildNetwork({ input: [4], layers: [layer, layer] })).rejects.toThrow(
    'network.fc1: expected a name of its own for each layer, got "fc1".',
  );
  await expect(buildNetwork({ input: [4], layers: [layer], classes: 3 })).rejects.toThrow(
    "network: expected 3 outputs, one for each label from 0 to 2, got 4.",
  );
  await expect(buildNetwork({ input: [4, 4], layers: [layer] })).rejects.toThrow(
    "expected samples [features] or [channels, height, width], got [4, 4]",
  );
});
