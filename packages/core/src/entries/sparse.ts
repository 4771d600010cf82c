/**
 * Layers with few connections, how many each gets, and how they change during training.
 *
 * @module @myelin/core/sparse
 */
export { densePlaces, type SparsePattern } from "../engine/index.ts";
export {
  allocateDensity,
  type ConnectionBytes,
  connectionMemory,
  Connections,
  type ConnectionStructure,
  DeepR,
  type DeepROptions,
  type DeepRState,
  type Distribution,
  DISTRIBUTIONS,
  type EvolutionState,
  type ExchangeOptions,
  exportDense,
  type FractionSchedule,
  GROW_RULES,
  type GrowRule,
  isSparseLayer,
  type LayerState,
  PRUNE_RULES,
  type PruneRule,
  SparseConv2d,
  SparseDelayLinear,
  type SparseLayer,
  sparseLayers,
  SparseLinear,
  type SparsifiedLayer,
  sparsify,
  type SparsifyOptions,
  StructureEvolution,
  type StructureEvolutionOptions,
  type StructureMetrics,
  type WeightShape,
} from "../structure/index.ts";
