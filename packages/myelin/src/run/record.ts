/** What a run leaves behind, as plain data: the lines of metrics.jsonl, result.json and sample.json. */
import type { Recipe } from "../recipe/index.ts";
import type { SamplePart } from "./samples/part.ts";
import type {
  ArrivalsRecord,
  AttentionRecord,
  DelayMetrics,
  FramesRecord,
  PicturesRecord,
  StructureMetrics,
  UnitsRecord,
} from "./record-pictures.ts";

export type * from "./record-pictures.ts";
export type { SamplePart };

/** Share of neuron and time step pairs that carry a spike, 0..1. */
export interface FiringRate {
  /** Over all spiking neurons of the network. */
  readonly mean: number;
  readonly layers: Readonly<Record<string, number>>;
}

/** Learned numbers of the neuron layers, by layer name: KLIF's k, PLIF's time constant. */
export interface NeuronParameters {
  readonly k?: Readonly<Record<string, number>>;
  readonly tau?: Readonly<Record<string, number>>;
}

/** A line of metrics.jsonl: training since the line before it of the same kind. */
export interface TrainingMetrics extends NeuronParameters {
  /** "epoch" ends an epoch; "steps" comes every `report.everySteps` steps. */
  readonly kind: "epoch" | "steps";
  /** Epochs begun, from 1. */
  readonly epoch: number;
  /** Optimiser steps done. */
  readonly step: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly lr: number;
  /** Training time since the run began, without evaluation. */
  readonly seconds: number;
}

/** How the network does on samples it is not trained on. */
export interface Evaluation {
  readonly accuracy: number;
  readonly loss: number;
  readonly samples: number;
  /** Absent in networks without spiking neurons. */
  readonly firingRate?: FiringRate;
}

/** The line at the end of an epoch. The evaluation is on the validation set if there is one, else on the test set. */
export interface EpochMetrics extends TrainingMetrics, DelayMetrics, StructureMetrics {
  readonly kind: "epoch";
  readonly validationAccuracy?: number;
  readonly validationLoss?: number;
  readonly testAccuracy?: number;
  readonly testLoss?: number;
  /** Absent in networks without spiking neurons. */
  readonly firingRate?: FiringRate;
  readonly trainSamplesPerSecond: number;
}

/** result.json */
export interface Result extends NeuronParameters {
  readonly name: string;
  /** What the data set calls itself: that under the recipe's name may be a stand-in. */
  readonly data?: string;
  readonly testAccuracy: number;
  readonly testLoss: number;
  readonly validationAccuracy?: number;
  /** Where a recording gives several clips: the share of recordings of which most clips are classified right. */
  readonly recordingAccuracy?: number;
  readonly epochs: number;
  /** Training time, without evaluation. */
  readonly seconds: number;
  readonly trainSamplesPerSecond: number;
  readonly parameters: number;
  /** Parameters that are not held at zero by a sparse structure. */
  readonly activeParameters: number;
  /** Absent in networks without spiking neurons. */
  readonly firingRate?: FiringRate;
  readonly seed: number;
  /** Spikes and operations on the test set, or on a part of a large one. */
  readonly activity?: ActivityRecord;
  /** Largest memory of the engine, in bytes. */
  readonly peakMemoryBytes?: number;
  /** Bytes of the tensors of the newest checkpoint. */
  readonly checkpointBytes?: number;
  readonly samples: { readonly train: number; readonly validation: number; readonly test: number };
  /** Which samples of the test set were used, if not all. */
  readonly testPart?: SamplePart;
  readonly backend: string;
}

/** What a network does for one sample, on average. */
export interface ActivityRecord {
  readonly samples: number;
  readonly spikes: number;
  /** Network average spiking firing rate: rates of layers, weighted by their neurons. */
  readonly nasfr: number;
  /** Multiplications that a dense network of the same size makes. */
  readonly dense: number;
  /** Multiply-accumulates of values that are not zero, where they are not spikes. */
  readonly mac: number;
  /** Accumulates that spikes cause. */
  readonly ac: number;
  /** Estimated energy in joules: of spikes, and of the same network without use of zeros. */
  readonly energy: { readonly spiking: EnergyRecord; readonly dense: EnergyRecord };
  /** What the estimate assumes and leaves out. */
  readonly energyNotes: readonly string[];
}

/** Shares of an estimated energy, in joules. */
export interface EnergyRecord {
  readonly operations: number;
  readonly neurons: number;
  readonly memory: number;
  readonly total: number;
}

/** Spikes of some neurons of one layer while the network sees the sample. */
export interface LayerActivity {
  readonly name: string;
  /** Time steps of its output, where delays before it made them more than those of the sample. */
  readonly steps?: number;
  /** How many neurons the layer has; `raster` holds some of them. */
  readonly neurons: number;
  readonly threshold: number;
  /** For each neuron drawn, the steps (from 0) at which it fired. */
  readonly raster: readonly { readonly neuron: number; readonly spikes: readonly number[] }[];
  /** For a few neurons, the charged potential f[t], which fires where it reaches the threshold. */
  readonly traces: readonly { readonly neuron: number; readonly potential: readonly number[] }[];
}

/** sample.json: one test sample and what the trained network does with it. */
export interface SampleRecord {
  readonly label: string;
  readonly predicted: string;
  readonly steps: number;
  /** A still image: pixels 0..255, [channels, height, width]. */
  readonly image?: {
    readonly channels: number;
    readonly height: number;
    readonly width: number;
    readonly pixels: readonly number[];
  };
  /** A sequence of images. */
  readonly frames?: FramesRecord;
  /** A sequence of units. */
  readonly units?: UnitsRecord;
  readonly layers: readonly LayerActivity[];
  readonly attention?: readonly AttentionRecord[];
  readonly arrivals?: ArrivalsRecord;
}

/** Everything a report is made of. */
export interface RunRecord {
  readonly recipe: Recipe;
  readonly metrics: readonly (TrainingMetrics | EpochMetrics)[];
  readonly result?: Result | undefined;
  readonly sample?: SampleRecord | undefined;
  readonly pictures?: PicturesRecord | undefined;
}

/** The lines that end an epoch. */
export function epochLines(metrics: readonly TrainingMetrics[]): EpochMetrics[] {
  return metrics.filter((line): line is EpochMetrics => line.kind === "epoch");
}
