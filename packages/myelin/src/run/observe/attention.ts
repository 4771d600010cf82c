import { AdvancedSpatialAttention, type Module, type Tensor } from "@myelin/core";
import type { AttentionRecord } from "../../records/index.ts";
import { rounded } from "./rounded.ts";

/** The gates and the masks of every attention layer in the latest forward pass, of one sample. */
export async function readAttention(network: Module): Promise<AttentionRecord[]> {
  const records: AttentionRecord[] = [];
  for (const [name, module] of network.namedModules()) {
    if (!(module instanceof AdvancedSpatialAttention)) continue;
    const maps = module.lastMaps;
    if (maps === undefined) continue;
    const [, height = 0, width = 0] = maps.important.shape;
    const [steps = 0, , channels = 0] = maps.importantPlanes.shape;
    records.push({
      ...{ name, height, width },
      important: await valuesOf(maps.important),
      rest: await valuesOf(maps.rest),
      planes: { steps, channels, weights: await valuesOf(maps.importantPlanes) },
    });
  }
  return records;
}

async function valuesOf(map: Tensor): Promise<number[]> {
  return Array.from(await map.data(), (value) => rounded(value, 4));
}
