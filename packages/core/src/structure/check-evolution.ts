import { checkInstance } from "../checks.ts";
import { currentEngine, Random } from "../engine/index.ts";
import { checkModule, type Module } from "../nn/index.ts";
import { Optimizer } from "../optim/index.ts";

/** Requires a network and its optimiser. */
export function checkEvolution(owner: string, network: Module, optimizer: Optimizer): void {
  checkModule(`${owner}.network`, network);
  checkInstance(`${owner}.optimizer`, optimizer, Optimizer, "an optimiser such as `new Adam(...)`");
}

/** The generator that was given, or one drawn from the current engine's. */
export function randomOf(owner: string, random: Random | undefined): Random {
  if (random === undefined) return new Random(currentEngine().random.nextUint32());
  return checkInstance(`${owner}.random`, random, Random, "a Random");
}
