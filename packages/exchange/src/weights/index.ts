export { exportStateDict, theirNeurons, type ExportStateDictOptions, type TheirNeuron } from "./export.ts";
export type { Framework } from "./frameworks.ts";
export type { Renames } from "./rename.ts";
export { loadWeights, type LoadedWeights, type LoadWeightsOptions } from "./load-weights.ts";
export type { Match } from "./match.ts";
export type { ConvertedNeuron } from "./convert-neurons.ts";
