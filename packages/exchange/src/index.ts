/**
 * Networks, weights, curves and figures of other tools. Browsers import `@myelin/exchange/browser`.
 *
 * @module @myelin/exchange
 */
export * from "./browser.ts";
export * from "./node/index.ts";
export { encodeStateDict, readStateDict, type ReadStateDictOptions, type StateDict } from "./torch/index.ts";
export {
  exportStateDict,
  loadWeights,
  theirNeurons,
  type ConvertedNeuron,
  type ExportStateDictOptions,
  type Framework,
  type LoadedWeights,
  type LoadWeightsOptions,
  type Match,
  type Renames,
  type TheirNeuron,
} from "./weights/index.ts";
export { neurobenchMetrics, type NeurobenchMetrics } from "./neurobench/index.ts";
export { twinSource } from "./twin/index.ts";
