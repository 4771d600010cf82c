export { Connections } from "./connections.ts";
export { STRUCTURE_DEFAULTS } from "./defaults.ts";
export { allocateDensity, type Distribution, DISTRIBUTIONS, type WeightShape } from "./density.ts";
export { exportDense } from "./export-dense.ts";
export { DeepR, type DeepROptions, type DeepRState } from "./deep-r.ts";
export { type EvolutionState, StructureEvolution, type StructureEvolutionOptions } from "./evolution.ts";
export type { LayerState, StructureMetrics } from "./evolving-layers.ts";
export { GROW_RULES, type GrowRule } from "./grow.ts";
export { type ConnectionBytes, connectionMemory } from "./memory.ts";
export { PRUNE_RULES, type PruneRule } from "./prune.ts";
export type { ExchangeOptions, FractionSchedule } from "./schedule.ts";
export { SparseConv2d } from "./sparse-conv2d.ts";
export { SparseDelayLinear } from "./sparse-delay-linear.ts";
export { isSparseLayer, type SparseLayer, sparseLayers } from "./sparse-layer.ts";
export { SparseLinear } from "./sparse-linear.ts";
export {
  type ConnectionStructure,
  type SparsifiedLayer,
  sparsify,
  type SparsifyOptions,
} from "./sparsify.ts";
