import type { Module, Tensor } from "@myelin/core";

/** What a part gives, and what it keeps for the next call; undefined at rest. */
export interface PartResult {
  readonly y: Tensor;
  readonly state?: unknown;
}

/** A node of a network that runs. */
export interface Part {
  /** Shapes of one sample that goes in and one that comes out. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  /** Whether its output depends on earlier steps. */
  readonly stateful: boolean;
  /** The layer with its parameters, if it has any. */
  readonly module?: Module;
  /**
   * Computes a sequence, or a piece of one.
   *
   * @param x f32 [T, B, ...input]
   * @param state from the piece before; at rest when absent
   */
  run(x: Tensor, state: unknown): PartResult;
}

/** A part that keeps nothing. */
export function stateless(
  input: readonly number[],
  output: readonly number[],
  forward: (x: Tensor) => Tensor,
  module?: Module,
): Part {
  return { input, output, stateful: false, ...(module && { module }), run: (x) => ({ y: forward(x) }) };
}

/** A part that is a layer. */
export function layer(input: readonly number[], output: readonly number[], module: Module): Part {
  return stateless(input, output, (x) => module.forward(x), module);
}
