import { createEngine, tensor, type Engine, type Sequential } from "@myelin/core";
import { currentEngine } from "@myelin/core/ops";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRecipe, type Recipe } from "../recipe/index.ts";
import { networkOf } from "../../test/network-of.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ backend: "reference" });
});
afterAll(() => engine.dispose());

const TASK = { input: [1, 28, 28], sequence: false, classes: 10 };

function recipe(network: object, overrides: string[] = []): Recipe {
  const base = {
    name: "test",
    data: { name: "mnist" },
    timeSteps: 3,
    optimizer: { type: "adam", lr: 0.01 },
    epochs: 1,
    batchSize: 2,
    network: { neuron: { type: "LIF" }, ...network },
  };
  return parseRecipe(JSON.stringify(base), { overrides });
}

/** `conv1 norm1 repeat1 neuron1 ...` */
function names(built: Sequential): string {
  return built
    .children()
    .map(([name]) => name)
    .join(" ");
}

async function outputShape(built: Sequential): Promise<readonly number[]> {
  return currentEngine().step(() => built.forward(tensor(new Float32Array(2 * 784), [2, 1, 28, 28])).shape);
}

describe("the network of a recipe", () => {
  it("makes a fully connected net that computes its first layer once", async () => {
    const built = await networkOf(recipe({ type: "mlp", hidden: [16], dropout: 0.1, vote: 3 }), TASK);
    expect(names(built)).toBe("flatten1 fc1 repeat1 neuron1 dropout1 fc2 neuron2 vote1");
    expect(await outputShape(built)).toEqual([3, 2, 10]);
  });

  it.each([
    ["potential", "flatten1 fc1 repeat1 neuron1 fc2 integrator1"],
    ["current", "flatten1 fc1 repeat1 neuron1 fc2"],
  ])("reads out the %s", async (output, expected) => {
    expect(names(await networkOf(recipe({ type: "mlp", hidden: [4], output }), TASK))).toBe(expected);
  });

  it("makes the network of the PLIF paper with any widths", async () => {
    const built = await networkOf(recipe({ type: "plif-net", channels: [2, 4], hidden: [20] }), TASK);
    expect(names(built)).toBe(
      "conv1 norm1 repeat1 neuron1 pool1 conv2 norm2 neuron2 pool2 flatten1 " +
        "dropout1 fc1 neuron3 dropout2 fc2 neuron4 vote1",
    );
    expect(await outputShape(built)).toEqual([3, 2, 10]);
  });

  it("has the published numbers of parameters at full size", async () => {
    // MNIST: c128-MP2 c128-MP2 FC2048 FC100, without biases; batch normalisation has two per channel.
    const mnist = 9 * 128 + 9 * 128 * 128 + 4 * 128 + 6272 * 2048 + 2048 * 100;
    const built = await networkOf(recipe({ type: "plif-net" }), TASK);
    expect(built.parameters().reduce((sum, { size }) => sum + size, 0)).toBe(mnist);
  });

  it("repeats nothing when an encoder makes the time axis", async () => {
    const built = await networkOf(recipe({ type: "mlp", hidden: [4] }, ["encoder.type=poisson"]), TASK);
    expect(names(built)).toBe("flatten1 fc1 neuron1 fc2 neuron2");
  });

  it("infers sizes in a free list of layers", async () => {
    const layers = [
      { conv2d: { outChannels: 4, kernelSize: 3, stride: 2 } },
      { neuron: { type: "KLIF" } },
      { residual: { branch: [{ conv2d: { outChannels: 4, kernelSize: 3, padding: 1 } }, { neuron: {} }] } },
      { globalAvgPool2d: {} },
      { linear: { outFeatures: 10 } },
      { recurrent: { tau: 3 } },
    ];
    const built = await networkOf(recipe({ type: "sequential", layers }), TASK);
    expect(names(built)).toBe("conv1 repeat1 neuron1 residual1 pool1 fc1 recurrent1");
    expect(await outputShape(built)).toEqual([3, 2, 10]);
  });

  it.each([
    [
      [{ conv2d: { outChannels: 4, kernelSize: 40 } }],
      "network.conv1 (conv2d): expected an image of at least 40 x 40 after padding by 0, got 28 x 28.",
    ],
    [
      [{ linear: { outFeatures: 10 } }],
      "network.fc1 (linear): expected a flat input, got an image of 1 x 28 x 28. Put a flatten layer before it.",
    ],
    [
      [{ flatten: {} }, { maxPool2d: { kernelSize: 2 } }],
      "network.pool1 (maxPool2d): expected an image, got 784 features.",
    ],
    [
      [{ conv2d: { outChannels: 4, kernelSize: 3, groups: 3 } }],
      "expected groups to divide 1 input and 4 output channels, got 3.",
    ],
    [
      [{ flatten: {} }, { vote: { size: 5 } }],
      "network.vote1 (vote): expected a size that divides 784 features, got 5.",
    ],
    [
      [{ flatten: {} }, { linear: { outFeatures: 7 } }],
      "network: expected 10 outputs, one for each label from 0 to 9, got 7.",
    ],
    [
      [{ residual: { branch: [{ maxPool2d: { kernelSize: 2 } }] } }],
      "got an image of 1 x 14 x 14 and an image of 1 x 28 x 28.",
    ],
    [
      [{ residual: { branch: [{ linear: { outFeatures: 3 } }] } }],
      "network.residual1.branch.fc1 (linear): expected a flat input",
    ],
    [
      [{ flatten: {} }, { linear: { outFeatures: 1e9 } }],
      "expected at most 268435456 weights in a layer, got 784000000000.",
    ],
  ])("says which layer cannot be: %j", async (layers, message) => {
    await expect(networkOf(recipe({ type: "sequential", layers }), TASK)).rejects.toThrow(message);
  });
});
