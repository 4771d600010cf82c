import { type Module, Tensor } from "@myelin/core";
import { SpikingNeuron } from "@myelin/core/neurons";
import { spikingLayers } from "../../model/index.ts";
import type { Recipe } from "../../recipe/index.ts";
import type { LayerActivity } from "../../records/index.ts";
import { evenly } from "./choose.ts";
import { rounded } from "./rounded.ts";

/**
 * What every spiking layer did in the latest forward pass, of one sample.
 *
 * @param classes how many there are
 */
export async function readActivity(
  network: Module,
  { report }: Recipe,
  classes: number,
): Promise<LayerActivity[]> {
  const activities: LayerActivity[] = [];
  const output = outputLayer(network);
  for (const [name, neuron] of spikingLayers(network)) {
    const last = neuron.lastSpikes;
    if (last === undefined) continue;
    const steps = last.shape[0] ?? 1;
    const traces = {
      spikes: await last.data(),
      charged: await neuron.lastCharged?.data(),
      potential: await neuron.lastPotential?.data(),
    };
    const activity = layerActivity(traces, { steps, ...report });
    const perClass = activity.neurons / classes;
    const votes = neuron === output && Number.isInteger(perClass);
    const threshold = await thresholdOf(neuron);
    activities.push({ name, steps, threshold, ...(votes && { perClass }), ...activity });
  }
  return activities;
}

/** The threshold of a layer; the mean where there are several. */
async function thresholdOf({ vThreshold }: Pick<SpikingNeuron, "vThreshold">): Promise<number> {
  if (typeof vThreshold === "number") return vThreshold;
  const values = Array.from(vThreshold instanceof Tensor ? await vThreshold.data() : vThreshold);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The last spiking layer, if nothing with weights comes after it: its neurons stand for classes. */
function outputLayer(network: Module): Module | undefined {
  const leaves = network.namedModules().filter(([, module]) => module.children().length === 0);
  const weighty = leaves.filter(
    ([, module]) => module.parameters().length > 0 || module instanceof SpikingNeuron,
  );
  const [, last] = weighty.at(-1) ?? [];
  return last instanceof SpikingNeuron ? last : undefined;
}

/** What a layer did: f32 [steps, neurons] each. */
export interface LayerTraces {
  readonly spikes: Float32Array;
  /** The potential before the reset. */
  readonly charged?: Float32Array | undefined;
  /** The potential after it. */
  readonly potential?: Float32Array | undefined;
}

/**
 * Chooses what to keep of a layer's activity: for the raster, neurons at even distances; for the traces,
 * neurons that fired differently often: from the most active to the most silent.
 */
export function layerActivity(
  { spikes, charged, potential }: LayerTraces,
  options: { readonly steps: number; readonly rasterNeurons: number; readonly traceNeurons: number },
): Pick<LayerActivity, "neurons" | "raster" | "traces"> {
  const { steps, rasterNeurons, traceNeurons } = options;
  const neurons = spikes.length / steps;
  const time = Array.from({ length: steps }, (_, t) => t);
  const times = (neuron: number): number[] => time.filter((t) => spikes[t * neurons + neuron] !== 0);
  const raster = evenly(neurons, rasterNeurons).map((neuron) => ({ neuron, spikes: times(neuron) }));
  if (charged === undefined) return { neurons, raster, traces: [] };

  const series = (values: Float32Array, neuron: number): number[] =>
    time.map((t) => rounded(values[t * neurons + neuron] ?? 0));
  const peak = (neuron: number): number => Math.max(...time.map((t) => charged[t * neurons + neuron] ?? 0));
  const traces = diverse(neurons, traceNeurons, (n) => times(n).length, peak).map((neuron) => ({
    neuron,
    potential: series(charged, neuron),
    ...(potential && { after: series(potential, neuron) }),
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
  return evenly(representatives.length, wanted).map((i) => representatives[i] ?? 0);
}
