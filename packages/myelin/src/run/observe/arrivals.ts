import type { Module } from "@myelin/core";
import { DelayLayer } from "@myelin/core/layers";
import { spikingLayers } from "../../model/index.ts";
import type { ArrivalsRecord, UnitsRecord } from "../../records/index.ts";
import { rounded } from "./rounded.ts";

/** Connections that are drawn. */
const CONNECTIONS = 16;

type Connection = ArrivalsRecord["connections"][number];

/**
 * What reaches the most active neuron behind the first layer, if that layer has delays, and when it fires.
 *
 * @param units the sample, which is what the layer gets
 */
export async function readArrivals(network: Module, units: UnitsRecord): Promise<ArrivalsRecord | undefined> {
  const first = network.namedModules().find(([, module]) => module.children().length === 0);
  const [, spiking] = spikingLayers(network)[0] ?? [];
  const spikes = spiking?.lastSpikes;
  if (first === undefined || spikes === undefined || !(first[1] instanceof DelayLayer)) return undefined;
  const [layer, delays] = first;
  const [steps = 0, , neurons = 0] = spikes.shape;
  const fired = await spikes.data();
  const times = (neuron: number): number[] =>
    Array.from({ length: steps }, (_, t) => t).filter((t) => fired[t * neurons + neuron] !== 0);
  const neuron = mostActive(Array.from({ length: neurons }, (_, n) => times(n).length));
  const connections = await strongest(delays, neuron, units);
  return { layer, neuron, steps, connections, fired: times(neuron) };
}

function mostActive(counts: readonly number[]): number {
  return Math.max(0, counts.indexOf(Math.max(...counts)));
}

/** The connections of a neuron with the largest weights whose inputs fire in this sample. */
async function strongest(layer: DelayLayer, neuron: number, { events }: UnitsRecord): Promise<Connection[]> {
  const { kernelCount } = layer;
  const { weight, position } = layer.dense();
  const [, inputs = 0] = weight.shape;
  const weights = await weight.data();
  const positions = await position.data();
  const spikes = new Map<number, number[]>();
  for (const [t, unit] of events) spikes.set(unit, [...(spikes.get(unit) ?? []), t]);
  const candidates = [...spikes].flatMap(([input, times]) =>
    Array.from({ length: kernelCount }, (_, k): Connection => {
      const row = layer.per === "axon" ? 0 : neuron;
      const centred = positions[(row * inputs + input) * kernelCount + k] ?? 0;
      return {
        input,
        weight: rounded(weights[(neuron * inputs + input) * kernelCount + k] ?? 0),
        delay: layer.wholeDelayOf(centred),
        spikes: times,
      };
    }),
  );
  const existing = candidates.filter(({ weight: value }) => value !== 0);
  return existing.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, CONNECTIONS);
}
