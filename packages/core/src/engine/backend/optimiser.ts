import { type Buffers, type LengthsOf, output, same } from "./lengths.ts";

/** What a step of stochastic gradient descent is told; names and meanings as in PyTorch. */
export interface SgdUpdate {
  readonly lr: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  /** The first step sets the momentum buffer to the gradient, as PyTorch does. */
  readonly firstStep: boolean;
}

/** What a step of Adam is told; names and meanings as in PyTorch. */
export interface AdamUpdate {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weightDecay: number;
  /** AdamW: decay the weight itself, not the gradient. */
  readonly decoupled: boolean;
  /** 1 for the first step. */
  readonly step: number;
}

/** Steps of optimisers, in place; the equations stand at the classes `SGD` and `Adam`. */
export interface OptimiserBackend {
  /** One step of stochastic gradient descent; `momentum` is there if its factor is not 0. */
  sgd(length: number, buffers: Buffers<"parameter" | "gradient", "momentum">, options: SgdUpdate): void;
  /** One step of Adam or AdamW; `m` and `v` are the running means of the gradient and of its square. */
  adam(length: number, buffers: Buffers<"parameter" | "gradient" | "m" | "v">, options: AdamUpdate): void;
}

/** Lengths of the buffers of `OptimiserBackend`. */
export const OPTIMISER_LENGTHS: LengthsOf<OptimiserBackend> = {
  sgd: { parameter: output(same), gradient: same, momentum: output(same) },
  adam: { parameter: output(same), gradient: same, m: output(same), v: output(same) },
};
