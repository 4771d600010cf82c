import type { DescribedNeuron } from "../neurons/index.ts";
import type { Module } from "../nn/index.ts";
import type { LayerDescription, NetworkDescription } from "./network-description.ts";
import type { NeuronChoice } from "./neuron-choice.ts";

/** The description of a network with the equations of its built-in neurons written out, for readers elsewhere. */
export function statedEquations(description: NetworkDescription, network: Module): NetworkDescription {
  const modules = new Map(network.namedModules());
  const inList = (layers: readonly LayerDescription[], path: string): LayerDescription[] =>
    layers.map((layer) => {
      const here = `${path}${layer.name}`;
      if (layer.type === "neuron") return { ...layer, neuron: stated(layer.neuron, modules.get(here)) };
      if (layer.type === "recurrent") {
        return { ...layer, neuron: stated(layer.neuron, modules.get(`${here}.neuron`)) };
      }
      if (layer.type !== "residual") return layer;
      const { branch, shortcut } = layer;
      return {
        ...layer,
        branch: inList(branch, `${here}.branch.`),
        ...(shortcut && { shortcut: inList(shortcut, `${here}.shortcut.`) }),
      };
    });
  return { ...description, layers: inList(description.layers, "") };
}

function stated(choice: NeuronChoice, module: Module | undefined): NeuronChoice {
  if (choice.type === "equations" || module === undefined || !("description" in module)) return choice;
  const { equations } = (module as Module & DescribedNeuron).description;
  return { ...choice, equations };
}
