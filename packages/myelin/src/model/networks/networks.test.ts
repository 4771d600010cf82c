import { AdvancedSpatialAttention, createEngine, type Engine, type Module } from "@myelin/core";
import { DelayLayer } from "@myelin/core/layers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRecipe, type Recipe } from "../../recipe/index.ts";
import { networkOf } from "../../../test/network-of.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ backend: "reference" });
});
afterAll(() => engine.dispose());

function recipe(network: object, timeSteps: number | undefined): Recipe {
  const data = timeSteps === undefined ? { name: "shd" } : { name: "nmnist" };
  const optimizer = { type: "adam", lr: 0.01 };
  const rest = { name: "test", data, timeSteps, optimizer, epochs: 1, batchSize: 2 };
  return parseRecipe(JSON.stringify({ ...rest, network: { neuron: { type: "LIF" }, ...network } }));
}

interface Size {
  readonly input: readonly number[];
  readonly classes: number;
  readonly timeSteps?: number;
}

async function build(network: object, { timeSteps, ...task }: Size): Promise<Module> {
  return networkOf(recipe(network, timeSteps), { ...task, sequence: true });
}

/** All numbers that are drawn or trained, without running statistics. */
function count(network: Module): number {
  const frozen = network
    .namedModules()
    .flatMap(([, module]) => (module instanceof AdvancedSpatialAttention ? module.namedBuffers() : []));
  const tensors = [...network.parameters(), ...frozen.map(([, tensor]) => tensor)];
  return tensors.reduce((sum, { size }) => sum + size, 0);
}

/** Weights of connections alone. */
function weights(network: Module): number {
  return network
    .namedParameters()
    .filter(([name, { shape }]) => name.endsWith("weight") && shape.length > 1)
    .reduce((sum, [, { size }]) => sum + size, 0);
}

describe("networks at the size of the papers have the published numbers of parameters", () => {
  const plif = { type: "PLIF", tau: 2, detachReset: false };
  const gesture = { input: [2, 128, 128], classes: 11, timeSteps: 20 };
  const small = { input: [2, 32, 32], timeSteps: 60 };

  it.each([
    ["ASA, three layers", { type: "asa-three-layer" }, { ...small, classes: 11 }, 2_323_531],
    ["ASA, three layers, 20 classes", { type: "asa-three-layer" }, { ...small, classes: 20 }, 2_325_844],
    [
      "ASA, three layers with attention",
      { type: "asa-three-layer", attention: { reduction: 4 } },
      { ...small, classes: 11 },
      2_323_531 + 3 * 1838,
    ],
    [
      "ASA, three narrow layers with attention",
      { type: "asa-three-layer", channels: [32, 32, 32], attention: { reduction: 8 } },
      { ...small, classes: 20 },
      548_980 + 3 * 878,
    ],
    ["ASA, five layers", { type: "asa-five-layer", neuron: plif }, gesture, 1_698_933],
    [
      "ASA, five layers with attention",
      { type: "asa-five-layer", neuron: plif, attention: {} },
      gesture,
      1_698_933 + 5 * 438,
    ],
  ])("%s", async (_, network, size, expected) => {
    expect(count(await build(network, size))).toBe(expected);
  });

  it.each([
    ["SHD", [256, 256], 20, 25, 1, 214_016],
    ["SSC of two layers", [512, 512], 35, 31, 1, 705_536],
    ["SSC of two layers with two bumps", [512, 512], 35, 31, 2, 1_409_024],
    ["SSC of three layers", [512, 512, 512], 35, 31, 1, 1_230_848],
    ["SSC of three layers with two bumps", [512, 512, 512], 35, 31, 2, 2_458_624],
  ])("delays for %s", async (_, hidden, classes, maxDelay, kernelCount, expected) => {
    const network = { type: "delay-net", hidden, maxDelay, kernelCount };
    expect(count(await build(network, { input: [140], classes }))).toBe(expected);
  });

  it.each([
    ["vggsnn", { input: [2, 48, 48], classes: 10, timeSteps: 10 }, 9_263_232],
    ["resnet19", { input: [3, 32, 32], classes: 10, timeSteps: 2 }, 12_619_968],
  ])("connections of %s", async (type, size, expected) => {
    expect(weights(await build({ type }, size))).toBe(expected);
  });

  it.each([
    ["N-MNIST", [128, 128], [2048], [2, 34, 34], 10, 8 * 8 * 128],
    ["CIFAR10-DVS", [128, 128, 128, 128], [2048], [2, 128, 128], 10, 8 * 8 * 128],
    ["DVS128 Gesture", [128, 128, 128, 128, 128], [512], [2, 128, 128], 11, 4 * 4 * 128],
  ])("PLIF net for %s", async (_, channels, hidden, input, classes, flat) => {
    const convolutions = 9 * 2 * 128 + (channels.length - 1) * 9 * 128 * 128;
    const connected = flat * hidden[0]! + hidden[0]! * 10 * classes;
    const neurons = channels.length + 2;
    const network = { type: "plif-net", neuron: plif, channels, hidden };
    const expected = convolutions + 2 * 128 * channels.length + connected + neurons;
    expect(count(await build(network, { input, classes, timeSteps: 10 }))).toBe(expected);
  });
});

describe("delay-net", () => {
  const size = { input: [12], classes: 3 };
  const layers = async (network: object): Promise<string[]> => {
    const built = await build({ type: "delay-net", maxDelay: 5, ...network }, size);
    return built.children().map(([name]) => name);
  };

  it("ends in an integrator with the neurons' time constant", async () => {
    const network = await build(
      { type: "delay-net", maxDelay: 5, hidden: [4], neuron: { type: "LIF", tau: 1.5, decayInput: false } },
      size,
    );
    expect(network.children().at(-1)).toMatchObject(["integrator1", { tau: 1.5, decayInput: false }]);
  });

  it("puts normalisation, neurons and dropout behind every hidden layer", async () => {
    expect((await layers({ hidden: [4, 4], dropout: 0.3 })).join(" ")).toBe(
      "fc1 norm1 neuron1 dropout1 fc2 norm2 neuron2 dropout2 fc3 integrator1",
    );
  });

  it.each([
    [{}, { per: "synapse", learn: true }],
    [{ per: "axon" }, { per: "axon", learn: true }],
    [{ learn: false }, { per: "synapse", learn: false }],
  ])("makes the variant %j", async (options, expected) => {
    const network = await build({ type: "delay-net", maxDelay: 5, hidden: [4], ...options }, size);
    expect(network.children()[0]?.[1]).toMatchObject(expected);
  });

  it("has plain connections when there are to be no delays", async () => {
    const network = await build({ type: "delay-net", maxDelay: 5, hidden: [4], per: "none" }, size);
    expect(network.namedModules().some(([, module]) => module instanceof DelayLayer)).toBe(false);
    expect(count(network)).toBe(12 * 4 + 2 * 4 + 4 * 3);
  });

  it.each(["none", "synapse"])(
    "draws first weights from U(-b, b), b = sqrt(6 / inputs), per %s",
    async (per) => {
      const network = await build(
        { type: "delay-net", maxDelay: 5, hidden: [400], per },
        { ...size, input: [150] },
      );
      const weights = network.namedParameters().filter(([name]) => /^fc.*weight$/.test(name));
      for (const [[, weight], inputs] of weights.map((entry, i) => [entry, [150, 400][i]!] as const)) {
        const largest = (await weight.data()).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        expect(largest / Math.sqrt(6 / inputs)).toBeGreaterThan(0.99);
        expect(largest / Math.sqrt(6 / inputs)).toBeLessThanOrEqual(1);
      }
    },
  );

  it("flattens images first", async () => {
    const network = await build(
      { type: "delay-net", maxDelay: 5, hidden: [4] },
      { input: [2, 3, 3], classes: 3, timeSteps: 6 },
    );
    expect(network.children().map(([name]) => name)[0]).toBe("flatten1");
  });
});

describe("attention", () => {
  const attention = { attention: {} };

  it("counts the steps that delays before it add", async () => {
    const layers = [
      { flatten: {} },
      { delayLinear: { outFeatures: 4, maxDelay: 5 } },
      { neuron: {} },
      { linear: { outFeatures: 3 } },
    ];
    expect(await build({ type: "sequential", layers }, { input: [4], classes: 3 })).toBeDefined();
    const flat = build({ type: "sequential", layers: [attention] }, { input: [4], classes: 3 });
    await expect(flat).rejects.toThrow("network.attention1 (attention): expected an image, got 4 features.");
  });
});
