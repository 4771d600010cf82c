import * as core from "../../src/entries/bundle.ts";
import { type Doors, fn, integer, kind, list, number, optional, options, shape, text } from "./kinds.ts";

const names = Object.keys(core.SURROGATE_ALPHA);
const surrogate = optional(
  kind(
    () => ({ type: "atan", alpha: 2 }),
    (value) => names.includes(value as string),
  ),
);
const neuron = { type: text("LIF", "LIF", "IF"), tau: optional(number(2, 1)), surrogate };
const layers = [
  { name: "fc1", type: "linear", outFeatures: 2 },
  { name: "neuron1", type: "neuron", neuron: { type: "LIF" } },
];

/** Networks and neurons from plain values. */
export const descriptionDoors: Doors = {
  buildNetwork: fn(
    core.buildNetwork,
    options({
      input: shape(4),
      steps: optional(integer(3)),
      layers: list(
        () => layers,
        () => false,
      ),
      classes: optional(
        kind(
          () => 2,
          (value) => value === 2,
        ),
      ),
      structure: optional(options({ density: number(0.5, 0) })),
    }),
  ),
  buildNeuron: fn(core.buildNeuron, options(neuron), shape(4)),
  neuronOfEquations: fn(
    core.neuronOfEquations,
    options({
      name: optional(text("Own")),
      equations: text("v = v + (x - v) / tau"),
      state: options({ v: number(0) }),
      parameters: optional(options({ tau: number(2) })),
      outputs: list(
        () => ["v"],
        (entry) => entry === "v",
      ),
    }),
  ),
};
