export { ALIF, type ALIFOptions, type AlifTensors } from "./alif.ts";
export { NEURON_DEFAULTS, SURROGATE_ALPHA, type SurrogateName } from "./defaults.ts";
export {
  type DefinedNeuronOptions,
  defineNeuron,
  type NeuronClass,
  type NeuronDefinition,
  type NeuronLayer,
  type NeuronState,
} from "./define-neuron.ts";
export { derivationOf } from "./derivation.ts";
export type { DescribedNeuron, NeuronDescription } from "./description.ts";
export { EquationNeuron, type EquationNeuronOptions, type EquationResult } from "./equation-neuron.ts";
export type { SurrogateChoice } from "./equation-surrogate.ts";
export type { ParameterOption, ParameterValue } from "./layer-parameters.ts";
export { type FirstValue, type Learnable, learnable, type Per, type UniformRange } from "./learnable.ts";
export type { SurrogateKind } from "../equations/index.ts";
export { IF } from "./if.ts";
export { IntegrateAndFire, type LeakyOptions } from "./integrate-and-fire.ts";
export { KLIF, type KLIFOptions } from "./klif.ts";
export { LeakyIntegrator, type IntegratorResult, type LeakyIntegratorOptions } from "./leaky-integrator.ts";
export { LIF } from "./lif.ts";
export { PLIF, type PLIFOptions } from "./plif.ts";
export { Recurrent, type RecurrentState } from "./recurrent.ts";
export { spike } from "./spike.ts";
export {
  SpikingNeuron,
  type SpikingOptions,
  type SpikingResult,
  type SpikingTraces,
} from "./spiking-neuron.ts";
export {
  atan,
  customSurrogate,
  fastSigmoid,
  piecewiseQuadratic,
  rectangle,
  resolveSurrogate,
  sigmoid,
  type Surrogate,
  type SurrogateOptions,
  triangle,
} from "./surrogate.ts";
export * from "./zoo/index.ts";
