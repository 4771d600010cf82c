import type { Tensor } from "./tensor.ts";

/** Gradients of a node's inputs, given those of its outputs; undefined stands for zero or unwanted. */
export type BackwardFunction = (
  gradients: readonly (Tensor | undefined)[],
) => readonly (Tensor | undefined)[];

export interface TapeNode {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly backward: BackwardFunction;
  /** True when `backward` is a user's and may return, or keep, tensors that live elsewhere too. */
  readonly custom: boolean;
  /** `Tensor.version` of inputs and outputs when the operation ran. */
  readonly versions: readonly number[];
  /** Whether a backward pass went through: it has overwritten what the operation had kept. */
  spent: boolean;
}

/** What was computed in the running step, in order; replayed in reverse by `backward`. */
export class Tape {
  readonly nodes: TapeNode[] = [];
  /** Parameters and other leaves that backward passes have given gradients. */
  readonly leaves = new Set<Tensor>();
  recording = true;

  clear(): void {
    this.nodes.length = 0;
    this.leaves.clear();
  }
}
