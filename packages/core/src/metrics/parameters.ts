import type { Tensor } from "../engine/index.ts";
import { checkModule, type Module } from "../nn/index.ts";

/** How many numbers a network has. */
export interface ParameterCount {
  /** Numbers that learn. */
  readonly trainable: number;
  /** Numbers that do not, but that the paper of their layer counts, such as fixed projections of an attention. */
  readonly frozen: number;
  /** Both: what papers give as the number of parameters. */
  readonly total: number;
}

/** Counts the parameters of a network, each tensor once. */
export function countParameters(network: Module): ParameterCount {
  checkModule("countParameters", network);
  const trainable = numbersOf(network.parameters());
  const modules = network.namedModules().map(([, module]) => module);
  const frozen = numbersOf(new Set(modules.flatMap((module) => module.frozenParameters())));
  return { trainable, frozen, total: trainable + frozen };
}

function numbersOf(tensors: Iterable<Tensor>): number {
  let count = 0;
  for (const { size } of tensors) count += size;
  return count;
}
