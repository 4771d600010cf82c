import type { Module } from "@myelin/core";
import { EquationNeuron } from "@myelin/core/neurons";

/** The equations of a layer and the names around them as one text; undefined for a layer without equations. */
export function equationsOf(module: Module): string | undefined {
  if (!(module instanceof EquationNeuron)) return undefined;
  const { equations, state, parameters, inputs, outputs } = module.description;
  return JSON.stringify([equations, state, [...parameters].sort(), inputs, outputs]);
}
