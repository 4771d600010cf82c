import type { Module } from "@myelin/core";
import { DelayLayer } from "@myelin/core/layers";
import { onDisk } from "@myelin/data/files";
import { beginEventFile, encodeEvent, type LoggedValue } from "@myelin/exchange";
import { appendFile } from "node:fs/promises";
import type { RunFolder } from "./folder.ts";
import type { EpochMetrics, LayerActivity, TrainingMetrics } from "../records/index.ts";

/** Numbers of a line of metrics that stand for a curve, with its tag. */
const CURVES: readonly (readonly [keyof EpochMetrics, string])[] = [
  ["trainLoss", "loss/train"],
  ["validationLoss", "loss/validation"],
  ["testLoss", "loss/test"],
  ["trainAccuracy", "accuracy/train"],
  ["validationAccuracy", "accuracy/validation"],
  ["testAccuracy", "accuracy/test"],
  ["lr", "learning rate"],
  ["trainSamplesPerSecond", "samples per second"],
];

/** What a line has a number of for each layer. */
const LAYER_CURVES = ["k", "tau", "sigma"] as const;

/** A file of events for TensorBoard in the folder of a run: curves, histograms and rasters. */
export class EventLog {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Begins a file of its own: TensorBoard reads all that a folder holds. */
  static async begin(folder: RunFolder): Promise<EventLog> {
    const now = Date.now();
    const log = new EventLog(folder.file(`events.out.tfevents.${now}.myelin`));
    await log.#append(beginEventFile(now / 1000));
    return log;
  }

  /** The curves of a line of metrics. */
  async line(line: TrainingMetrics | EpochMetrics): Promise<void> {
    await this.#write(line.step, curvesOf(line));
  }

  /** How weights and delays are spread. */
  async parameters(step: number, network: Module): Promise<void> {
    const values: LoggedValue[] = [];
    for (const [name, parameter] of network.namedParameters()) {
      values.push({ tag: `weights/${name}`, histogram: await parameter.data() });
    }
    for (const [path, layer] of network.namedModules()) {
      if (layer instanceof DelayLayer) {
        values.push({ tag: `delays/${path}`, histogram: await delaysOf(layer) });
      }
    }
    await this.#write(step, values);
  }

  /** What the layers do with a sample: spikes as a picture, and how the rates of the neurons are spread. */
  async activity(step: number, steps: number, layers: readonly LayerActivity[]): Promise<void> {
    await this.#write(
      step,
      layers.flatMap((layer) => activityOf(layer, layer.steps ?? steps)),
    );
  }

  async #write(step: number, values: readonly LoggedValue[]): Promise<void> {
    if (values.length > 0) await this.#append(encodeEvent({ step, wallTime: Date.now() / 1000, values }));
  }

  async #append(bytes: Uint8Array): Promise<void> {
    await onDisk(this.#file, () => appendFile(this.#file, bytes));
  }
}

function curvesOf(line: TrainingMetrics | EpochMetrics): LoggedValue[] {
  const values: LoggedValue[] = [];
  const add = (tag: string, scalar: unknown): void => {
    if (typeof scalar === "number") values.push({ tag, scalar });
  };
  const all: Partial<EpochMetrics> = line as Partial<EpochMetrics>;
  for (const [name, tag] of CURVES) add(tag, all[name]);
  add("rate/mean", all.firingRate?.mean);
  for (const [layer, rate] of Object.entries(all.firingRate?.layers ?? {})) add(`rate/${layer}`, rate);
  for (const [name, layers] of Object.entries(all.learned ?? {})) {
    for (const [layer, { mean }] of Object.entries(layers)) add(`learned/${name}/${layer}`, mean);
  }
  for (const name of LAYER_CURVES) {
    for (const [layer, value] of Object.entries(all[name] ?? {})) add(`${name}/${layer}`, value);
  }
  return values;
}

/** Delays of the connections that there are, in time steps. */
async function delaysOf(layer: DelayLayer): Promise<Float32Array> {
  const positions = await layer.position.data();
  return positions.map((position) => layer.delayOf(position));
}

function activityOf({ name, raster }: LayerActivity, steps: number): LoggedValue[] {
  if (raster.length === 0) return [];
  const spikes = new Uint8Array(steps * raster.length);
  for (const [row, neuron] of raster.entries()) {
    for (const step of neuron.spikes) spikes[step * raster.length + row] = 1;
  }
  return [
    { tag: `raster/${name}`, raster: { steps, neurons: raster.length, spikes } },
    { tag: `rates/${name}`, histogram: raster.map((neuron) => neuron.spikes.length / steps) },
  ];
}
