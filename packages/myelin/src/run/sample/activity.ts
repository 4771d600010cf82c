import type { Module } from "@myelin/core";
import { spikingLayers } from "../../model/index.ts";
import type { Recipe } from "../../recipe/index.ts";
import type { LayerActivity } from "../record.ts";

/** What every spiking layer did in the latest forward pass, of one sample. */
export async function readActivity(network: Module, { report }: Recipe): Promise<LayerActivity[]> {
  const activities: LayerActivity[] = [];
  for (const [name, neuron] of spikingLayers(network)) {
    const last = neuron.lastSpikes;
    if (last === undefined) continue;
    const spikes = await last.data();
    const charged = await neuron.lastCharged?.data();
    const steps = last.shape[0] ?? 1;
    const activity = layerActivity(spikes, charged ?? new Float32Array(0), { steps, ...report });
    activities.push({ name, steps, threshold: neuron.vThreshold, ...activity });
  }
  return activities;
}

/**
 * Chooses what to keep of a layer's activity: for the raster, neurons at even distances; for the traces,
 * neurons that fired differently often: from the most active to the most silent.
 *
 * @param spikes f32 [steps, neurons]
 * @param charged f32 [steps, neurons], or empty
 */
export function layerActivity(
  spikes: Float32Array,
  charged: Float32Array,
  options: { readonly steps: number; readonly rasterNeurons: number; readonly traceNeurons: number },
): Pick<LayerActivity, "neurons" | "raster" | "traces"> {
  const { steps, rasterNeurons, traceNeurons } = options;
  const neurons = spikes.length / steps;
  const times = (neuron: number): number[] =>
    Array.from({ length: steps }, (_, t) => t).filter((t) => spikes[t * neurons + neuron] !== 0);
  const raster = spread(neurons, rasterNeurons).map((neuron) => ({ neuron, spikes: times(neuron) }));

  const peak = (neuron: number): number =>
    Math.max(...Array.from({ length: steps }, (_, t) => charged[t * neurons + neuron] ?? 0));
  const chosen = charged.length === 0 ? [] : diverse(neurons, traceNeurons, (n) => times(n).length, peak);
  const traces = chosen.map((neuron) => ({
    neuron,
    potential: Array.from({ length: steps }, (_, t) => round(charged[t * neurons + neuron] ?? 0)),
  }));
  return { neurons, raster, traces };
}

/** Of each spike count the neuron that came highest, and of those at most `wanted`, most spikes first. */
function diverse(
  neurons: number,
  wanted: number,
  spikes: (neuron: number) => number,
  peak: (neuron: number) => number,
): number[] {
  const highest = new Map<number, { neuron: number; peak: number }>();
  for (let neuron = 0; neuron < neurons; neuron++) {
    const count = spikes(neuron);
    const found = { neuron, peak: peak(neuron) };
    if (found.peak > (highest.get(count)?.peak ?? -Infinity)) highest.set(count, found);
  }
  const representatives = [...highest].sort(([a], [b]) => b - a).map(([, { neuron }]) => neuron);
  return spread(representatives.length, wanted).map((i) => representatives[i] ?? 0);
}

/** At most `wanted` of 0 .. count-1, at even distances. */
function spread(count: number, wanted: number): number[] {
  const n = Math.min(count, wanted);
  return Array.from({ length: n }, (_, i) => Math.floor((i * count) / n));
}

function round(value: number): number {
  return Number(value.toPrecision(5));
}
