/** Recipes with a neuron of one's own. */
import { createEngine, type Engine, tensor } from "@myelin/core";
import { EquationNeuron } from "@myelin/core/neurons";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRecipe, type Recipe } from "../recipe/index.ts";
import { networkOf } from "../../test/network-of.ts";
import { readNeuronParameters } from "./index.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine({ backend: "reference" });
});
afterAll(() => engine.dispose());

const NEURON = {
  equations: "h = v + (x - v) / tau\ns = spike(h - 1 - beta * a)\nv = h * (1 - s)\na = a + (s - a) / tauA",
  state: { v: 0, a: 0 },
  parameters: { tau: 2, beta: 0.2, tauA: { learnable: 20, per: "channel" } },
};

function recipe(network: object): Recipe {
  const base = { name: "test", data: { name: "mnist" }, timeSteps: 3, epochs: 1, batchSize: 2 };
  return parseRecipe(JSON.stringify({ ...base, optimizer: { type: "adam", lr: 0.01 }, network }));
}

const TASK = { input: [1, 8, 8], sequence: false, classes: 10 };
const one = (value: number): object => ({ mean: value, least: value, largest: value });

async function build(network: object): Promise<EquationNeuron[]> {
  const built = await networkOf(recipe(network), TASK);
  await engine.step(() => built.forward(tensor(new Float32Array(64), [1, 1, 8, 8])));
  return built
    .children()
    .flatMap(([, child]) => (child instanceof EquationNeuron ? [child as EquationNeuron] : []));
}

const shapes = (layers: readonly EquationNeuron[]): unknown[] =>
  layers.map((layer) => layer.parameters().map(({ shape }) => shape));

describe("a recipe's neuron", () => {
  it("may be equations, with the parameters that learn", async () => {
    const layers = await build({ type: "mlp", hidden: [16], neuron: NEURON });
    expect(layers).toHaveLength(2);
    expect(layers.every(({ surrogate }) => surrogate.name === "sigmoid")).toBe(true);
    expect(shapes(layers)).toEqual([[[16]], [[10]]]);
  });

  it("tells what it has learned, by parameter and layer", async () => {
    const learned = { beta: { learnable: 0.5 }, tauA: { learnable: { uniform: [10, 30] }, per: "channel" } };
    const neuron = { ...NEURON, parameters: { ...NEURON.parameters, ...learned } };
    const built = await networkOf(recipe({ type: "mlp", hidden: [16], neuron }), TASK);
    const { learned: told } = await readNeuronParameters(built);
    expect(told!["beta"]).toEqual({ neuron1: one(0.5), neuron2: one(0.5) });
    const { least, mean, largest } = told!["tauA"]!["neuron1"]!;
    expect(10 <= least && least < mean && mean < largest && largest <= 30).toBe(true);
    expect(
      await readNeuronParameters(
        await networkOf(recipe({ type: "mlp", hidden: [], neuron: "cuba-lif" }), TASK),
      ),
    ).toEqual({});
    const klif = await readNeuronParameters(
      await networkOf(recipe({ type: "mlp", hidden: [], neuron: "KLIF" }), TASK),
    );
    expect(Object.keys(klif)).toEqual(["k"]);
  });

  it("has a value per channel of images", async () => {
    const layers = [{ conv2d: { outChannels: 3, kernelSize: 3 } }, { neuron: {} }, { flatten: {} }];
    const network = { type: "sequential", layers: [...layers, { linear: { outFeatures: "classes" } }] };
    expect(shapes(await build({ ...network, neuron: NEURON }))).toEqual([[[3]]]);
  });

  it("may be a layer's own", async () => {
    const layers = [{ flatten: {} }, { linear: { outFeatures: "classes" } }, { neuron: NEURON }];
    expect(await build({ type: "sequential", layers, neuron: { type: "LIF" } })).toHaveLength(1);
  });

  it("may be one of the zoo by its name, with its parameters", async () => {
    const short = await build({ type: "mlp", hidden: [16], neuron: "cuba-lif" });
    expect(short.map((layer) => layer.constructor.name)).toEqual(["CubaLIF", "CubaLIF"]);
    const omega = { learnable: { uniform: [5, 10] }, per: "channel" };
    const drawn = await build({
      type: "mlp",
      hidden: [16],
      neuron: { type: "BRF", omega, bOffset: { learnable: 1 } },
    });
    expect(shapes(drawn)).toEqual([
      [[16], []],
      [[10], []],
    ]);
    const set = await build({
      type: "mlp",
      hidden: [],
      neuron: { type: "izhikevich", set: "chattering", d: 3 },
    });
    expect(set[0]).toMatchObject({ a: 0.02, c: -50, d: 3 });
  });

  it("may differ in a layer, by what its type has", async () => {
    const layers = [
      { flatten: {} },
      { linear: { outFeatures: 4 } },
      { neuron: { beta: [0.9, 0.8, 0.7, 0.6] } },
      { linear: { outFeatures: "classes" } },
      { neuron: "AdEx" },
    ];
    const [first, second] = await build({ type: "sequential", layers, neuron: "CubaLIF" });
    expect(first).toMatchObject({ alpha: 0.8, beta: [0.9, 0.8, 0.7, 0.6] });
    expect(second!.constructor.name).toBe("AdEx");
  });

  it("may have values per channel, as many as there are", async () => {
    const tau = { ...NEURON, parameters: { ...NEURON.parameters, tau: [2, 3, 4] } };
    const network = (features: number) => ({
      type: "sequential",
      layers: [
        { flatten: {} },
        { linear: { outFeatures: features } },
        { neuron: tau },
        { linear: { outFeatures: "classes" } },
      ],
      neuron: "LIF",
    });
    expect(await build(network(3))).toHaveLength(1);
    await expect(build(network(4))).rejects.toThrow(
      "neuron.tau: expected 4 values, one per channel, got [3].",
    );
  });

  it("may name its output", async () => {
    const own = { equations: "v = 0.9 * v + x", state: { v: 0 }, outputs: ["v"] };
    expect(await build({ type: "mlp", hidden: [], neuron: own })).toHaveLength(1);
  });

  it.each([
    [
      "an unknown function",
      { ...NEURON, equations: NEURON.equations.replace("spike", "spke") },
      "Did you mean spike?",
    ],
    [
      "too few operands",
      { ...NEURON, equations: `${NEURON.equations}\nz = min(x)` },
      "expected 2 operands of min, got 1",
    ],
    ["a state without a line", { ...NEURON, state: { v: 0, a: 0, w: 0 } }, "a line that assigns the state w"],
    [
      "a division by zero",
      { ...NEURON, equations: `${NEURON.equations}\nz = x / 0` },
      "expected a divisor other than 0",
    ],
    [
      "10,000 parentheses",
      { ...NEURON, equations: `${NEURON.equations}\nz = ${"(".repeat(10_000)}x${")".repeat(10_000)}` },
      "at most 100 levels of nesting",
    ],
    ["a text of 1 MB", { ...NEURON, equations: "# long\n".repeat(150_000) }, "at most 65536 bytes"],
    [
      "an unknown output",
      { ...NEURON, outputs: ["y"] },
      /: network.neuron.outputs: expected names that a line assigns a number, got "y".$/,
    ],
    ["a wrong range", { type: "BRF", omega: { learnable: { uniform: [5] } } }, "omega"],
    [
      "an unknown name",
      { ...NEURON, equations: "s = spike(u)" },
      /^recipe:1:\d+: network.neuron.equations: line 1, column 11: expected a name that is known here, got "u". Did you mean x\?$/,
    ],
    ["an unknown key", { ...NEURON, states: {} }, "states"],
    ["a parameter that is no number", { ...NEURON, parameters: { tau: "two" } }, "parameters"],
  ])("is refused with %s", (_, neuron, message) => {
    expect(() => recipe({ type: "mlp", hidden: [16], neuron })).toThrow(message);
  });
});
