/** Recipes with a neuron of one's own. */
import { createEngine, type Engine, EquationNeuron, tensor } from "@myelin/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRecipe, type Recipe } from "../recipe/index.ts";
import { buildNetwork } from "./index.ts";

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

function build(network: object): EquationNeuron[] {
  const built = buildNetwork(recipe(network), { input: [1, 8, 8], sequence: false, classes: 10 });
  void engine.step(() => built.forward(tensor(new Float32Array(64), [1, 1, 8, 8])));
  return built
    .children()
    .flatMap(([, child]) => (child instanceof EquationNeuron ? [child as EquationNeuron] : []));
}

const shapes = (layers: readonly EquationNeuron[]): unknown[] =>
  layers.map((layer) => layer.parameters().map(({ shape }) => shape));

describe("a recipe's neuron", () => {
  it("may be equations, with the parameters that learn", () => {
    const layers = build({ type: "mlp", hidden: [16], neuron: NEURON });
    expect(layers).toHaveLength(2);
    expect(layers.every(({ surrogate }) => surrogate.name === "sigmoid")).toBe(true);
    expect(shapes(layers)).toEqual([[[16]], [[10]]]);
  });

  it("has a value per channel of images", () => {
    const layers = [{ conv2d: { outChannels: 3, kernelSize: 3 } }, { neuron: {} }, { flatten: {} }];
    const network = { type: "sequential", layers: [...layers, { linear: { outFeatures: "classes" } }] };
    expect(shapes(build({ ...network, neuron: NEURON }))).toEqual([[[3]]]);
  });

  it("may be a layer's own", () => {
    const layers = [{ flatten: {} }, { linear: { outFeatures: "classes" } }, { neuron: NEURON }];
    expect(build({ type: "sequential", layers, neuron: { type: "LIF" } })).toHaveLength(1);
  });

  it.each([
    [
      "an unknown name",
      { ...NEURON, equations: "s = spike(u)" },
      'line 1, column 11: expected a name that is known here, got "u"',
    ],
    ["an unknown key", { ...NEURON, states: {} }, "states"],
    ["a parameter that is no number", { ...NEURON, parameters: { tau: "two" } }, "parameters"],
  ])("is refused with %s", (_, neuron, message) => {
    expect(() => recipe({ type: "mlp", hidden: [16], neuron })).toThrow(message);
  });
});
