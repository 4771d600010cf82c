export { checkedBatches, checkSignal } from "./check-options.ts";
export { type Batch, type Batches, evaluationKey, type StopSignal } from "./batch.ts";
export { type FiringStart, initFiring, type InitFiringOptions } from "./init-firing.ts";
export type {
  BatchInfo,
  DenseGradients,
  EpochInfo,
  Evolution,
  Phase,
  Position,
  TrainerOptions,
} from "./options.ts";
export type { BatchInPieces, BatchSource } from "./pieces.ts";
export { gatherObjects } from "./gather.ts";
export type { FiringRates, Metrics } from "./tally.ts";
export { type RunResult, Trainer, type TrainerState } from "./trainer.ts";
