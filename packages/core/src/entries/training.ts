/**
 * The parts of training: optimisers and schedules, options of losses, what a trainer tells.
 *
 * @module @myelin/core/training
 */
export {
  ALONE,
  type Communicator,
  connectRanks,
  type Exchange,
  type RankPort,
  sumBy,
  type SumPlan,
} from "../communicate/index.ts";
export type { RateMseOptions, TetOptions } from "../loss/index.ts";
export type {
  Activity,
  ActivityOptions,
  EnergyCosts,
  EnergyEstimate,
  EnergyShares,
  ParameterCount,
  SpikingLayerActivity,
  SynapticLayerActivity,
} from "../metrics/index.ts";
export {
  gradNorm,
  type GroupOptions,
  type GroupSpec,
  type OneCycleOptions,
  Optimizer,
  type OptimizerState,
  type ParameterGroup,
  type Rates,
  Schedule,
  type UnusableGradient,
} from "../optim/index.ts";
export {
  type BatchInfo,
  type BatchInPieces,
  type BatchSource,
  checkedBatches,
  checkSignal,
  type DenseGradients,
  type EpochInfo,
  evaluationKey,
  type Evolution,
  type FiringRates,
  type FiringStart,
  gatherObjects,
  type InitFiringOptions,
  type Phase,
  type Position,
  type RunResult,
  type StopSignal,
  type TrainerState,
} from "../train/index.ts";
