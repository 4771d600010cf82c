import { AdvancedSpatialAttention, type Module } from "@myelin/core";
import type { AttentionRecord } from "../record.ts";

/** The gates of every attention layer in the latest forward pass, of one sample. */
export async function readAttention(network: Module): Promise<AttentionRecord[]> {
  const records: AttentionRecord[] = [];
  for (const [name, module] of network.namedModules()) {
    if (!(module instanceof AdvancedSpatialAttention)) continue;
    const maps = module.lastMaps;
    if (maps === undefined) continue;
    const [, height = 0, width = 0] = maps.important.shape;
    records.push({
      ...{ name, height, width },
      important: await rounded(maps.important),
      rest: await rounded(maps.rest),
    });
  }
  return records;
}

async function rounded(map: { data(): Promise<Float32Array> }): Promise<number[]> {
  return Array.from(await map.data(), (value) => Number(value.toPrecision(4)));
}
