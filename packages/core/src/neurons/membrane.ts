/** The lines that the equations of the built-in neurons have in common, by their options. */
import { type Model, type ModelSource, readModel } from "../equations/index.ts";
import type { ParameterValue } from "./layer-parameters.ts";

/** What a spike leaves of a membrane. */
export interface ResetOptions {
  /** null: a soft reset, and rest at 0. */
  readonly vReset: ParameterValue | null;
  readonly detachReset: boolean;
}

/** And how it charges. */
export interface MembraneOptions extends ResetOptions {
  readonly decayInput: boolean;
}

/** The potential at rest: the parameter `vReset`, or 0. */
export function restOf({ vReset }: Pick<ResetOptions, "vReset">): string | number {
  return vReset === null ? 0 : "vReset";
}

/** The names of the parameters for threshold and reset. */
export function resetParameters({ vReset }: Pick<ResetOptions, "vReset">): string[] {
  return vReset === null ? ["vThreshold"] : ["vThreshold", "vReset"];
}

/**
 * The potential after the charge; `u` is its distance from rest.
 *
 * @param leak how a share of something is taken, such as "/ tau"
 */
export function charge({ decayInput, vReset }: Omit<MembraneOptions, "detachReset">, leak: string): string {
  const u = vReset === null ? "v" : "(v - vReset)";
  return decayInput ? `v + (x - ${u}) ${leak}` : `v - ${u} ${leak} + x`;
}

/** The spike as the reset sees it. */
export function resetting({ detachReset }: Pick<ResetOptions, "detachReset">): string {
  return detachReset ? "detach(s)" : "s";
}

const models = new Map<string, Model>();

/** A model by its name and equations, read once. */
export function builtIn(source: ModelSource): Model {
  const key = JSON.stringify(source);
  let model = models.get(key);
  if (!model) models.set(key, (model = readModel(source)));
  return model;
}
