/**
 * The parts of training: optimisers and schedules, options of losses, what a trainer tells.
 *
 * @module @myelin/core/training
 */
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
  checkedBatches,
  checkSignal,
  type EpochInfo,
  evaluationKey,
  type Evolution,
  type FiringRates,
  type FiringStart,
  type InitFiringOptions,
  type Position,
  type RunResult,
  type StopSignal,
  type TrainerState,
} from "../train/index.ts";
