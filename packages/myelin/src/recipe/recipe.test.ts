import { readdirSync } from "node:fs";
import { join } from "node:path";
import { listDatasets } from "@myelin/data";
import { describe, expect, it } from "vitest";
import { formatRecipe, isEventData, isImageData, isSpikeData, loadRecipe, parseRecipe } from "./index.ts";

const RECIPE = `name: small
data:
  name: mnist
timeSteps: 4
network:
  type: mlp
  neuron: { type: KLIF }
  hidden: [32]
optimizer: { type: adam, lr: 0.01 }
epochs: 1
batchSize: 10
`;

const SEQUENTIAL = RECIPE.replace("type: mlp", "type: sequential").replace("hidden: [32]", "layers: []");

function messageOf(text: string, overrides: string[] = []): string {
  try {
    parseRecipe(text, { file: "small.yaml", overrides });
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

describe("parseRecipe", () => {
  it("fills in defaults", () => {
    const recipe = parseRecipe(RECIPE);
    expect(recipe.seed).toBe(1);
    expect(recipe.report).toEqual({ samples: 10, rasterNeurons: 64, traceNeurons: 3 });
    expect(recipe.network.neuron).toEqual({
      type: "KLIF",
      tau: 2,
      decayInput: true,
      k: 1,
      scaleReset: false,
      vThreshold: 1,
      vReset: 0,
      detachReset: false,
      surrogate: { type: "sigmoid" },
    });
  });

  it("accepts what formatRecipe writes, unchanged", () => {
    const recipe = parseRecipe(RECIPE);
    expect(parseRecipe(formatRecipe(recipe))).toEqual(recipe);
  });

  it.each([
    [
      "hidden: [32]",
      "hiden: [32]",
      'small.yaml:8:3: network.hiden: unknown key "hiden". Did you mean hidden?',
    ],
    ["epochs: 1", "epoch: 1", 'small.yaml:10:1: epoch: unknown key "epoch". Did you mean epochs?'],
    ["epochs: 1", "epochs: 1\nlr: 1", 'small.yaml:11:1: lr: unknown key "lr". Did you mean optimizer.lr?'],
    ["epochs: 1", "epochs: 1\nqwertz: 1", "Known keys: name, seed, threads, data"],
    ["KLIF }", "LIF, k: 2 }", 'network.neuron.k: unknown key "k". It belongs to type KLIF.'],
    ["KLIF", "KLIV", "expected one of IF, LIF, PLIF, KLIF, ALIF, equations, AdEx, Alpha, BRF"],
    ["KLIF", "KLIV", 'got "KLIV". Did you mean KLIF?'],
    ["KLIF", "izhikevitch", 'got "izhikevitch". Did you mean Izhikevich?'],
    ["KLIF }", "BRF, omgea: 2 }", 'network.neuron.omgea: unknown key "omgea". Did you mean omega?'],
    ["KLIF }", "BRF, omega: two }", "network.neuron.omega: expected a number or a list or a section"],
    ["KLIF }", "Izhikevich, set: bursty }", "network.neuron.set: expected one of regularSpiking"],
    ["epochs: 1", "epochs: two", 'small.yaml:10:1: epochs: expected a number, got "two".'],
    ["epochs: 1", "epochs: 1.5", "epochs: expected a whole number, got 1.5."],
    ["epochs: 1\n", "", "epochs: expected a number, got nothing."],
    ["timeSteps: 4", "timeSteps: 0", "small.yaml:4:1: timeSteps: expected a number above 0, got 0."],
    ["hidden: [32]", "hidden: [32, -1]", "network.hidden.1: expected a number above 0, got -1."],
    [
      "name: mnist",
      "name: mnist\n  normalise: { mean: [1] }",
      "data.normalise.std: expected a list, got nothing.",
    ],
    ["name: mnist", "name: emnist", "Did you mean mnist?"],
    ["name: small", "name: ../up", "name: expected a name of letters"],
    ["data:\n  name: mnist", "data: 3", "data: expected a section with keys, got 3."],
    [
      "name: small",
      "name: small\nname: other",
      "small.yaml:2:1: expected YAML, got a key that stands in this section already",
    ],
    ["{ type: KLIF }", "{ type: KLIF", "expected YAML, got a syntax error"],
  ])("says what is wrong with %j written as %j", (right, wrong, message) => {
    expect(messageOf(RECIPE.replace(right, wrong))).toContain(message);
  });

  it.each([
    ["", "small.yaml: expected a recipe (name, data, network, ...), got nothing."],
    ["- 1", "got [1]."],
    ["just text", 'got "just text".'],
  ])("refuses %j, which is no recipe", (text, message) => {
    expect(messageOf(text)).toContain(message);
  });

  it.each([
    ["{ conv2D: { outChannels: 4 } }", 'network.layers.0.conv2D: unknown key "conv2D". Did you mean conv2d?'],
    ["{ conv2d: { outChannels: 4 } }", "network.layers.0.conv2d.kernelSize: expected a number, got nothing."],
    ["{ flatten: {}, vote: { size: 2 } }", "network.layers.0: expected exactly one layer name"],
    ["{ neuron: { tau: 0 } }", "network.layers.0.neuron.tau: expected a number of at least 1, got 0."],
    ["{ neuron: { type: LIF, k: 2 } }", 'network.layers.0.neuron.k: unknown key "k"'],
    ["{ residual: { branch: [{ vot: { size: 1 } }] } }", "Did you mean vote?"],
  ])("says what is wrong with the layer %s", (layer, message) => {
    expect(messageOf(SEQUENTIAL.replace("layers: []", `layers: [${layer}]`))).toContain(message);
  });
});

describe("--set", () => {
  it.each(["IF", "LIF", "PLIF", "ALIF"])("turns a KLIF recipe into its %s twin", (type) => {
    const twin = parseRecipe(RECIPE, { overrides: [`network.neuron.type=${type}`] });
    expect(twin.network.neuron.type).toBe(type);
    expect({ ...twin, network: { ...twin.network, neuron: {} } }).toEqual({
      ...parseRecipe(RECIPE),
      network: { ...parseRecipe(RECIPE).network, neuron: {} },
    });
  });

  it("reads values as YAML, counts list positions from 0 and makes missing sections", () => {
    const overrides = [
      "network.hidden.0=64",
      "network.hidden.1=16",
      "data.augment.crop.padding=2",
      "optimizer.schedule={ type: oneCycle, pctStart: 0.2 }",
      "network.neuron.vReset=null",
    ];
    const { network, data, optimizer } = parseRecipe(RECIPE, { overrides });
    expect(network).toMatchObject({ hidden: [64, 16], neuron: { vReset: null } });
    expect(data).toMatchObject({ augment: { crop: { padding: 2 } } });
    expect(optimizer.schedule).toMatchObject({ type: "oneCycle", pctStart: 0.2 });
  });

  it("lets the later of two changes win", () => {
    expect(parseRecipe(RECIPE, { overrides: ["epochs=2", "epochs=3"] }).epochs).toBe(3);
  });

  it.each([
    [
      "network.neuron.tua=3",
      '--set network.neuron.tua=3: network.neuron.tua: unknown key "tua". Did you mean tau?',
    ],
    ["epochs", '--set: expected path=value, got "epochs".'],
    ["=3", "--set: expected path=value"],
    ["a..b=3", "--set: expected path=value"],
    ["__proto__.polluted=1", "--set: expected path=value"],
    ["epochs={", '--set: expected a YAML value, got "{".'],
    ["epochs.x=3", "--set epochs.x=3: expected epochs to be a section, got 1."],
    ["network.hidden.5=3", "expected a position from 0 to 1 in a list, got 5."],
    ["network.hidden.last=3", "expected a position from 0 to 1 in a list, got last."],
  ])("refuses %s", (override, message) => {
    expect(messageOf(RECIPE, [override])).toContain(message);
    expect("polluted" in {}).toBe(false);
  });
});

describe("data", () => {
  const withData = (data: string): string => RECIPE.replace(/^data:[^]*?(?=^\w)/m, `data: ${data}\n`);

  it("can be every data set that has a name", async () => {
    const sets = await listDatasets();
    for (const { name, kind } of sets) {
      const text =
        kind === "spikes"
          ? withData(`{ name: ${name} }`).replace(/^timeSteps.*\n/m, "")
          : withData(`{ name: ${name} }`);
      const { data } = parseRecipe(text);
      expect({
        name,
        is: { images: isImageData, spikes: isSpikeData, events: isEventData }[kind](data),
      }).toEqual({
        name,
        is: true,
      });
    }
  });

  it.each([
    [
      "{ name: mnist, pool: 5 }",
      'data.pool: unknown key "pool". It belongs to name shd, ssc, fsdd, fsdd-speakers and name sound-folder and name spike-file.',
    ],
    [
      "{ name: shd }",
      "timeSteps: expected no such key for shd, whose samples last as long as they do, got 4.",
    ],
    [
      "{ name: nmnist, frames: { splitBy: numbers } }",
      "data.frames.splitBy: expected one of number, time, duration, count",
    ],
    [
      "{ name: nmnist, frames: { splitBy: time, clip: random } }",
      'unknown key "clip". It belongs to splitBy duration.',
    ],
    [
      "{ name: nmnist, frames: { splitBy: time, tau: 20 } }",
      "data.frames.tau: expected no tau unless values is timeSurface, got 20.",
    ],
    [
      "{ name: nmnist, augment: [{ flop: {} }] }",
      'data.augment.0.flop: unknown key "flop". Did you mean flip?',
    ],
    [
      "{ name: nmnist, augment: [{ flip: { axis: z } }] }",
      "data.augment.0.flip.axis: expected one of x, y, got",
    ],
    [
      "{ name: nmnist, validation: { sources: [] } }",
      "data.validation.sources: expected at least 1 entry, got [].",
    ],
  ])("says what is wrong with %s", (data, message) => {
    expect(messageOf(withData(data))).toContain(message);
  });

  it("takes no encoder where samples are sequences", () => {
    const text = `${withData("{ name: nmnist }")}\nencoder: { type: poisson }\n`;
    expect(messageOf(text)).toContain(
      "encoder: expected no such key for nmnist, whose samples are sequences already",
    );
  });

  it("needs time steps for images", () => {
    expect(messageOf(RECIPE.replace(/^timeSteps.*\n/m, ""))).toContain(
      "timeSteps: expected a number of time steps, got nothing.",
    );
  });
});

describe("methods", () => {
  const withLine = (line: string): string => `${RECIPE}\n${line}\n`;

  it.each([
    ["structure: { density: 0 }", "structure.density: expected a number above 0, got 0."],
    ["structure: { density: 1.2 }", "structure.density: expected a number of at most 1, got 1.2."],
    [
      "structure: { density: 0.1, updateInterval: 0 }",
      "structure.updateInterval: expected a number above 0, got 0.",
    ],
    [
      "structure: { density: 0.1, grow: up }",
      "structure.grow: expected one of random, gradient, momentum, unfired",
    ],
    ["delays: { fraction: 2 }", "delays.fraction: expected a number of at most 1, got 2."],
    ["delays: { sigma: 2 }", 'delays.sigma: unknown key "sigma". Did you mean sigmaEnd?'],
  ])("says what is wrong with %s", (line, message) => {
    expect(messageOf(withLine(line))).toContain(message);
  });

  it.each([
    [
      "{ delayLinear: { outFeatures: 3, maxDelay: 4 } }",
      "network.layers.0.delayLinear.maxDelay: expected an odd number, got 4.",
    ],
    [
      "{ delayLinear: { outFeatures: 3 } }",
      "network.layers.0.delayLinear.maxDelay: expected a number, got nothing.",
    ],
    ["{ attention: { lambda: 1 } }", "network.layers.0.attention.lambda: expected a number below 1, got 1."],
    ["{ attention: { maskMode: nor } }", 'expected one of xor, and, or, got "nor".'],
  ])("says what is wrong with the layer %s", (layer, message) => {
    expect(messageOf(SEQUENTIAL.replace("layers: []", `layers: [${layer}]`))).toContain(message);
  });
});

describe("recipes/", () => {
  const folder = join(import.meta.dirname, "../../../../recipes");

  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

  it.each(files)("%s is a recipe, and so are its LIF and PLIF twins", async (name) => {
    const file = join(folder, name);
    expect((await loadRecipe(file)).name).toBe(name.replace(".yaml", ""));
    for (const type of ["LIF", "PLIF"]) {
      expect((await loadRecipe(file, [`network.neuron.type=${type}`])).network.neuron.type).toBe(type);
    }
  });
});
