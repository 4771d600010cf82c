export { buildNetwork, isLayerType } from "./build.ts";
export { statedEquations } from "./equations.ts";
export type { OwnLayer } from "./layers.ts";
export type { LayerDescription, LayerOptions, LayerType, NetworkDescription } from "./network-description.ts";
export type {
  EquationsChoice,
  NeuronChoice,
  ParameterDescription,
  SurrogateDescription,
  ZooChoice,
} from "./neuron-choice.ts";
export { buildNeuron, type BuiltNeuron, neuronOfEquations } from "./neurons.ts";
