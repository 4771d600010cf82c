/**
 * What a backend must be able to do, as groups of operations. Everything above (ops, layers, neurons, losses,
 * optimisers) is written against this folder alone.
 *
 * Conventions
 * - An operation takes its sizes, then one object of named buffers, then what else it is told. Absent is undefined.
 * - All values are float32 in meaning; the reference computes in float64.
 * - Sequences are time-major: `[T, B, ...]`. `rows` always means `T * B`.
 * - An *image* is logically `[..., C, H, W]`. A backend may keep it in another physical order (the WebAssembly backend
 *   keeps channels last), so images only enter and leave through `memory.write`, `memory.read` and `layout`.
 * - Weights are stored as PyTorch stores them: linear `[O, I]`, convolution `[O, I / groups, kH, kW]`.
 * - Every operation writes to storage the caller allocated; gradients overwrite their outputs (they never accumulate).
 * - Any buffer may be a view. A group says which outputs may be the same storage as an input; all others may not.
 * - Beside each group stand the lengths of its buffers. They are checked before any backend runs an operation, so a
 *   backend need not look.
 */
import { ATTENTION_LENGTHS, type AttentionBackend } from "./attention.ts";
import { BATCH_NORM_LENGTHS, type BatchNormBackend } from "./batch-norm.ts";
import { CONV_LENGTHS, type ConvBackend } from "./conv.ts";
import { DELAY_LENGTHS, type DelayBackend } from "./delay.ts";
import { DROPOUT_LENGTHS, type DropoutBackend } from "./dropout.ts";
import { ELEMENTWISE_LENGTHS, type ElementwiseBackend } from "./elementwise.ts";
import { ENCODE_LENGTHS, type EncodeBackend } from "./encode.ts";
import { EQUATION_LENGTHS, type EquationBackend } from "./equation.ts";
import { HOST_LENGTHS, type HostBackend } from "./host.ts";
import { LAYOUT_LENGTHS, type LayoutBackend } from "./layout.ts";
import { LINEAR_LENGTHS, type LinearBackend } from "./linear.ts";
import { LOSS_LENGTHS, type LossBackend } from "./loss.ts";
import { OPTIMISER_LENGTHS, type OptimiserBackend } from "./optimiser.ts";
import { POOL_LENGTHS, type PoolBackend } from "./pool.ts";
import { REDUCE_LENGTHS, type ReduceBackend } from "./reduce.ts";
import { ROWS_LENGTHS, type RowBackend } from "./rows.ts";
import { SPARSE_LENGTHS, type PatternBackend, type SparseBackend } from "./sparse.ts";
import type { LengthsOf } from "./lengths.ts";
import type { MemoryBackend } from "./storage.ts";
import { TIME_LENGTHS, type TimeBackend } from "./time.ts";

/** A backend: its memory, and its groups of operations. */
export interface Backend {
  /** Such as "reference" or "wasm". */
  readonly name: string;
  /** What was chosen and why, for a person to read. */
  readonly description: string;
  readonly threads: number;
  readonly memory: MemoryBackend;
  readonly elementwise: ElementwiseBackend;
  readonly reduce: ReduceBackend;
  readonly layout: LayoutBackend;
  readonly linear: LinearBackend;
  readonly conv: ConvBackend;
  readonly pool: PoolBackend;
  readonly batchNorm: BatchNormBackend;
  readonly dropout: DropoutBackend;
  readonly time: TimeBackend;
  readonly rows: RowBackend;
  readonly equation: EquationBackend;
  readonly loss: LossBackend;
  readonly encode: EncodeBackend;
  readonly optimiser: OptimiserBackend;
  readonly sparse: SparseBackend;
  readonly patterns: PatternBackend;
  readonly attention: AttentionBackend;
  readonly delay: DelayBackend;
  /** Only where the host reads values at once. */
  readonly host?: HostBackend | undefined;
  /** Stops threads and frees memory. */
  dispose(): Promise<void>;
}

/** Groups that have a default on the others; see engine/composites. */
type DefaultName =
  | ("conv" | "pool" | "batchNorm" | "dropout" | "encode" | "optimiser")
  | ("sparse" | "patterns" | "attention" | "delay");

/** The groups that every backend has: what the defaults of the others are written on. */
export type RequiredGroups = Omit<Backend, DefaultName | "loss">;

/** What is written for a new backend: groups that have a default may be left out, and all of the loss but its core. */
export type MinimalBackend = RequiredGroups & {
  readonly [N in DefaultName]?: Backend[N] | undefined;
} & { readonly loss: Partial<LossBackend> & Pick<LossBackend, "softmax" | "crossEntropy"> };

/** Names of the groups of operations. */
export type GroupName = Exclude<
  keyof Backend,
  "name" | "description" | "threads" | "memory" | "patterns" | "dispose"
>;

/** The lengths of the buffers of all operations. */
export const LENGTHS: { readonly [N in GroupName]-?: LengthsOf<NonNullable<Backend[N]>> } = {
  elementwise: ELEMENTWISE_LENGTHS,
  reduce: REDUCE_LENGTHS,
  layout: LAYOUT_LENGTHS,
  linear: LINEAR_LENGTHS,
  conv: CONV_LENGTHS,
  pool: POOL_LENGTHS,
  batchNorm: BATCH_NORM_LENGTHS,
  dropout: DROPOUT_LENGTHS,
  time: TIME_LENGTHS,
  rows: ROWS_LENGTHS,
  equation: EQUATION_LENGTHS,
  loss: LOSS_LENGTHS,
  encode: ENCODE_LENGTHS,
  optimiser: OPTIMISER_LENGTHS,
  sparse: SPARSE_LENGTHS,
  attention: ATTENTION_LENGTHS,
  delay: DELAY_LENGTHS,
  host: HOST_LENGTHS,
};

export * from "./attention.ts";
export * from "./batch-norm.ts";
export * from "./conv.ts";
export * from "./delay.ts";
export * from "./dropout.ts";
export * from "./elementwise.ts";
export * from "./encode.ts";
export * from "./equation.ts";
export * from "./host.ts";
export * from "./layout.ts";
export * from "./lengths.ts";
export * from "./linear.ts";
export * from "./loss.ts";
export * from "./optimiser.ts";
export * from "./pool.ts";
export * from "./reduce.ts";
export * from "./rows.ts";
export * from "./sizes.ts";
export * from "./sparse.ts";
export * from "./storage.ts";
export * from "./time.ts";
