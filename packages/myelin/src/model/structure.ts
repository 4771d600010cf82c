import type { Module } from "@myelin/core";
import { DeepR, StructureEvolution, type DeepRState } from "@myelin/core/sparse";
import type { Optimizer } from "@myelin/core/training";
import type { StructureRecipe } from "../recipe/index.ts";
import type { TrainingLength } from "./schedule.ts";

/** What exchanges connections while a network trains. */
export type AnyEvolution = StructureEvolution | DeepR;

/** The evolution of a recipe; undefined if connections stay or the network is dense. */
export async function buildEvolution(
  recipe: StructureRecipe | false,
  network: Module,
  optimizer: Optimizer,
  { epochs, stepsPerEpoch }: TrainingLength,
): Promise<AnyEvolution | undefined> {
  if (recipe === false || recipe.prune === "none") return undefined;
  const { prune, grow, fraction, fractionSchedule, updateInterval, end } = recipe;
  if (prune === "deepR") return DeepR.create(network, optimizer);
  return new StructureEvolution(network, optimizer, {
    ...{ prune, grow, fraction, fractionSchedule, updateInterval, end },
    totalSteps: epochs * stepsPerEpoch,
  });
}

/** Puts back what `getState` of an evolution of the same kind gave. */
export function restoreEvolution(evolution: AnyEvolution, state: ReturnType<AnyEvolution["getState"]>): void {
  if (evolution instanceof DeepR) evolution.setState(state as DeepRState);
  else evolution.setState(state);
}
