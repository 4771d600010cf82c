export type { Batch, Batches, StopSignal } from "./batch.ts";
export type { BatchInfo, EpochInfo, Position, TrainerOptions } from "./options.ts";
export type { FiringRates, Metrics } from "./tally.ts";
export { type RunResult, Trainer, type TrainerState } from "./trainer.ts";
