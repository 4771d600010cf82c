import { currentEngine, noGrad, tensor, type Module } from "@myelin/core";
import { batches, selectSamples, type ImageDataset } from "@myelin/data";
import { spikingLayers } from "../model/index.ts";
import { preparation } from "./dataset.ts";
import type { Recipe } from "../recipe/index.ts";
import type { Model } from "./model.ts";
import type { LayerActivity, SampleRecord } from "./record.ts";

/** Shows the network the first sample of a data set and records spikes and potentials. */
export async function recordSample(model: Model, dataset: ImageDataset): Promise<SampleRecord> {
  const { network, recipe } = model;
  const one = selectSamples(dataset, [0]);
  const { channels, height, width, images, labels, classNames } = one;
  const neurons = spikingLayers(network).map(([, neuron]) => neuron);
  for (const neuron of neurons) neuron.record = { charged: true };
  network.eval();
  try {
    const { predicted, layers } = await currentEngine().step(async () => ({
      predicted: await predict(model, one),
      layers: await readActivity(network, recipe),
    }));
    return {
      label: classNames[labels[0] ?? 0] ?? "",
      predicted: classNames[predicted] ?? "",
      steps: recipe.timeSteps,
      image: { channels, height, width, pixels: [...images] },
      layers,
    };
  } finally {
    for (const neuron of neurons) neuron.record = {};
    network.train();
  }
}

async function predict({ network, objective, encode, recipe }: Model, one: ImageDataset): Promise<number> {
  const { channels, height, width } = one;
  const [batch] = batches(one, { batchSize: 1, ...preparation(recipe.data) });
  const images = tensor(batch?.inputs ?? [], [1, channels, height, width]);
  const scores = noGrad(currentEngine(), () =>
    objective.scores(network.forward(encode?.(images, recipe.seed) ?? images)),
  );
  const values = await scores.data();
  return values.indexOf(Math.max(...values));
}

async function readActivity(network: Module, { report, timeSteps }: Recipe): Promise<LayerActivity[]> {
  const activities: LayerActivity[] = [];
  for (const [name, neuron] of spikingLayers(network)) {
    const spikes = await neuron.lastSpikes?.data();
    const charged = await neuron.lastCharged?.data();
    if (spikes === undefined) continue;
    const activity = layerActivity(spikes, charged ?? new Float32Array(0), { steps: timeSteps, ...report });
    activities.push({ name, threshold: neuron.vThreshold, ...activity });
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
