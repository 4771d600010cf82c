import type { Module } from "@myelin/core";
import { warn } from "@myelin/core/checks";
import { delayLayers } from "@myelin/core/layers";
import { parameterGroups } from "../model/index.ts";
import type { Recipe } from "../recipe/index.ts";

/** Says which keys of a recipe change nothing, as its network lacks what they are about. */
export function warnOfUnused({ delays, optimizer }: Recipe, network: Module): void {
  const kinds = new Set(parameterGroups(network).map(([kind]) => kind));
  const unused: [string, boolean, string][] = [
    ["delays", delays !== undefined && delayLayers(network).length === 0, "learnable delays"],
    ["optimizer.positions", optimizer.positions !== undefined && !kinds.has("positions"), "learnable delays"],
    ["optimizer.neuronLr", optimizer.neuronLr !== undefined && !kinds.has("neurons"), "neurons that learn"],
  ];
  for (const [key, isUnused, what] of unused) {
    if (isUnused) warn(`${key}: expected a network with ${what}, got one without. The key changes nothing.`);
  }
}
