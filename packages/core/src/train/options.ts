import type { Communicator } from "../communicate/index.ts";
import type { Tensor } from "../engine/index.ts";
import type { Module } from "../nn/index.ts";
import type { Optimizer, Schedule } from "../optim/index.ts";
import type { Batch } from "./batch.ts";
import type { BatchSource } from "./pieces.ts";
import type { Metrics } from "./tally.ts";

/** Where training stands: the next batch to run. */
export interface Position {
  readonly epoch: number;
  /** Batches of this epoch that are done. */
  readonly batch: number;
  /** Steps of the optimiser that are done altogether; a batch each, or as many as `accumulate` says. */
  readonly step: number;
}

/** What `onBatch` is told. */
export interface BatchInfo extends Position {
  /** Mean of the epoch so far. */
  readonly loss: number;
  /** Mean of the epoch so far, 0..1. */
  readonly accuracy: number;
  readonly batchLoss: number;
  readonly lr: number;
  /** Norm of all gradients before clipping. */
  readonly gradNorm: number;
  /** Samples of this epoch so far. */
  readonly samples: number;
  readonly samplesPerSecond: number;
}

/** What `onEpoch` is told. */
export interface EpochInfo {
  /** The epoch that has ended, from 0. */
  readonly epoch: number;
  /** Batches that are done altogether. */
  readonly step: number;
  readonly lr: number;
  readonly train: Metrics;
  /** Absent when there are no evaluation batches. */
  readonly evaluation?: Metrics;
}

/** What changes the connections of a network while it trains, such as a `StructureEvolution`. */
export interface Evolution {
  /** Parameters whose places it exchanges: they have to be the network's. */
  readonly parameters?: readonly Tensor[];
  /** The optimiser whose state it moves along: it has to be the one that trains. */
  readonly optimizer?: Optimizer;
  /** Called when all gradients are there, before the optimiser's step. */
  afterBackward(): void | Promise<void>;
  /** Called after the optimiser's step. */
  afterStep(): void | Promise<void>;
  /** The gradients by which connections come, where a rule grows by them. */
  readonly dense?: DenseGradients | undefined;
}

/** Gradients of all places of sparse weights, of which a split step makes the sum of its parts. */
export interface DenseGradients {
  /** How many values each has; none in steps after which nothing grows by them. */
  lengths(): readonly number[];
  /** Those of the latest backward pass, inside its step. */
  read(): Promise<readonly Float32Array[]>;
  /** Their sums over the parts of the step. */
  replace(sums: readonly Float32Array[]): void;
}

/** What a split step does next; see `TrainerOptions.onPhase`. */
export type Phase = "forward" | "backward" | "part done" | "wait" | "update" | "step done";

/** Everything a `Trainer` needs. */
export interface TrainerOptions {
  readonly network: Module;
  /** Of all parameters of the network but those with `requiresGrad = false`, and of no others. */
  readonly optimizer: Optimizer;
  /** What else the optimiser may train: modules, such as a loss with parameters, or single parameters. */
  readonly alsoTrained?: readonly (Module | Tensor)[] | undefined;
  /** Loss of the network's output against labels [B], or class probabilities [B, K] where a batch has them. */
  readonly loss: (output: Tensor, labels: Tensor) => Tensor;
  readonly schedule?: Schedule | undefined;
  /** What the schedule's index counts; default "step". */
  readonly scheduleUnit?: "step" | "epoch";
  /** Prunes and grows connections around each optimiser step; its state has to be saved apart. */
  readonly evolution?: Evolution | undefined;
  /**
   * Called before the first batch of an epoch, and again when a run resumes within one: for what depends on the
   * epoch alone, such as the width of delays.
   */
  readonly beforeEpoch?: ((epoch: number) => void | Promise<void>) | undefined;
  /** Turns a batch [B, ...] into the network's input; `key` seeds random encoders. */
  readonly encode?: ((inputs: Tensor, key: number) => Tensor) | undefined;
  /** Scores [B, K] whose highest is the predicted class; default: the mean over time of [T, B, K]. */
  readonly predict?: ((output: Tensor) => Tensor) | undefined;
  /** Largest norm of all gradients together; no clipping when absent. */
  readonly clipNorm?: number | undefined;
  /**
   * Batches whose gradients make one step of the optimiser; default 1. n batches give the gradient of one that is n
   * times as large, up to rounding and to batch normalisation; the last group of an epoch may be smaller. Clipping,
   * schedule and evolution act once per group, hooks are called after a group, so that no state lies within one.
   */
  readonly accumulate?: number | undefined;
  /**
   * Cuts every batch into so many parts of about the same size, each with a forward and a backward pass of its own;
   * default 1. Gradients are summed over the parts of a step (`accumulate` times `microBatches`) in the order of a
   * binary tree, and random numbers of a part depend on its place, so that the same parts give the same bits on any
   * number of processes. Batch normalisation takes the statistics of each part; running statistics move by the mean.
   */
  readonly microBatches?: number | undefined;
  /**
   * The processes that train together; default: this one alone. Each computes some parts of every step, and has the
   * same network, optimiser and data as the others. Evaluations are shared too.
   */
  readonly communicator?: Communicator | undefined;
  /**
   * How much a batch counts in its group: what the loss divides by when it takes its mean. Default: the number of
   * samples; with weights of classes the sum of the labels' weights.
   */
  readonly batchWeight?: ((batch: Batch) => number) | undefined;
  /** Training counts spikes in the first of every so many batches of an epoch; default 10. */
  readonly ratesEvery?: number;
  /**
   * Steps in a row in which all gradients are exactly 0 though there is a loss, after which `run` fails with the name of
   * the first silent layer; default 20, false for never.
   */
  readonly deadAfter?: number | false | undefined;
  /** The batches of an epoch from `startBatch` on; has to depend on nothing but its arguments. */
  readonly batches: (epoch: number, startBatch: number) => BatchSource;
  /** Batches on which every epoch ends. */
  readonly evaluation?: (() => BatchSource) | undefined;
  /**
   * Evaluates sequences [T, B, ...] in parts of a few time steps, as `network.stream().run` does: the same numbers in less
   * time and memory, for networks that can stream. Without `encode`; default false.
   */
  readonly evaluateInParts?: boolean | undefined;
  /** Called after every step of the optimiser; `getState` then tells the position after it. */
  readonly onBatch?: ((info: BatchInfo) => void | Promise<void>) | undefined;
  /** Called after every epoch and its evaluation. */
  readonly onEpoch?: ((info: EpochInfo) => void | Promise<void>) | undefined;
  /** Told what a step of several parts or processes does next, as it happens: for a trace of its times. */
  readonly onPhase?: ((phase: Phase) => void) | undefined;
}
