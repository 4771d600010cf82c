import { checkFunction } from "../checks.ts";
import { checkModule } from "./check-module.ts";
import type { Module } from "./module.ts";

/**
 * Runs `work` with a network and all below it in evaluation mode; then every module gets back the mode it had, also
 * when `work` throws.
 */
export async function inEvaluation<T>(network: Module, work: () => Promise<T>): Promise<T> {
  checkModule("inEvaluation", network);
  checkFunction("inEvaluation.work", work, "a function that does the work");
  const before = network.namedModules().map(([, module]) => [module, module.training] as const);
  network.eval();
  try {
    return await work();
  } finally {
    for (const [module, training] of before) module.training = training;
  }
}
