export { exportStateDict } from "./export.ts";
export { loadWeights, type LoadedWeights, type LoadWeightsOptions } from "./load-weights.ts";
export type { Match } from "./match.ts";
export type { ConvertedNeuron } from "./convert-neurons.ts";
