/** What a run leaves behind, as plain data: the lines of metrics.jsonl and result.json, and what reports are made of. */
import { z } from "zod";
import type { Recipe } from "../recipe/index.ts";
import { delayMetricsSchema, structureMetricsSchema, type PicturesRecord } from "./record-pictures.ts";
import type { ConfusionRecord, SamplesRecord } from "./record-samples.ts";
import { amount, byLayer, index, type ReadOnly } from "./record-schema.ts";
import type { SamplePart } from "./samples/part.ts";

export type * from "./record-pictures.ts";
export type * from "./record-samples.ts";
export type { SamplePart };

const share = z.number().min(0).max(1);

const firingRateSchema = z.object({
  /** Over all spiking neurons of the network. */
  mean: share,
  layers: z.record(z.string(), share),
});

/** Share of neuron and time step pairs that carry a spike, 0..1. */
export type FiringRate = ReadOnly<z.output<typeof firingRateSchema>>;

const neuronParametersSchema = z.object({ k: byLayer.optional(), tau: byLayer.optional() });

/** Learned numbers of the neuron layers, by layer name: KLIF's k, PLIF's time constant. */
export type NeuronParameters = ReadOnly<z.output<typeof neuronParametersSchema>>;

const trainingMetricsSchema = neuronParametersSchema.extend({
  /** "epoch" ends an epoch; "steps" comes every `report.everySteps` steps. */
  kind: z.enum(["epoch", "steps"]),
  /** Epochs begun, from 1. */
  epoch: index,
  /** Optimiser steps done. */
  step: index,
  trainLoss: z.number(),
  trainAccuracy: share,
  lr: z.number(),
  /** Training time since the run began, without evaluation. */
  seconds: amount,
});

/** A line of metrics.jsonl: training since the line before it of the same kind. */
export type TrainingMetrics = ReadOnly<z.output<typeof trainingMetricsSchema>>;

const epochMetricsSchema = trainingMetricsSchema.extend({
  ...delayMetricsSchema.shape,
  ...structureMetricsSchema.shape,
  kind: z.literal("epoch"),
  validationAccuracy: share.optional(),
  validationLoss: z.number().optional(),
  testAccuracy: share.optional(),
  testLoss: z.number().optional(),
  /** Absent in networks without spiking neurons. */
  firingRate: firingRateSchema.optional(),
  trainSamplesPerSecond: amount,
});

/** The line at the end of an epoch. The evaluation is on the validation set if there is one, else on the test set. */
export type EpochMetrics = ReadOnly<z.output<typeof epochMetricsSchema>>;

/** A line of metrics.jsonl. */
export const metricsSchema = z.discriminatedUnion("kind", [
  epochMetricsSchema,
  trainingMetricsSchema.extend({ kind: z.literal("steps") }),
]);

/** How the network does on samples it is not trained on. */
export interface Evaluation {
  readonly accuracy: number;
  readonly loss: number;
  readonly samples: number;
  /** Absent in networks without spiking neurons. */
  readonly firingRate?: FiringRate;
}

const energySchema = z.object({ operations: amount, neurons: amount, memory: amount, total: amount });

/** Shares of an estimated energy, in joules. */
export type EnergyRecord = ReadOnly<z.output<typeof energySchema>>;

const activitySchema = z.object({
  samples: amount,
  spikes: amount,
  /** Network average spiking firing rate: rates of layers, weighted by their neurons. */
  nasfr: amount,
  /** Multiplications that a dense network of the same size makes. */
  dense: amount,
  /** Multiply-accumulates of values that are not zero, where they are not spikes. */
  mac: amount,
  /** Accumulates that spikes cause. */
  ac: amount,
  /** Estimated energy in joules: of spikes, and of the same network without use of zeros. */
  energy: z.object({ spiking: energySchema, dense: energySchema }),
  /** What the estimate assumes and leaves out. */
  energyNotes: z.array(z.string()),
});

/** What a network does for one sample, on average. */
export type ActivityRecord = ReadOnly<z.output<typeof activitySchema>>;

/** The form of result.json. */
export const resultSchema = neuronParametersSchema.extend({
  name: z.string(),
  /** What the data set calls itself: that under the recipe's name may be a stand-in. */
  data: z.string().optional(),
  testAccuracy: share,
  testLoss: z.number(),
  validationAccuracy: share.optional(),
  /** Where a recording gives several clips: the share of recordings of which most clips are classified right. */
  recordingAccuracy: share.optional(),
  epochs: index,
  /** Training time, without evaluation. */
  seconds: amount,
  trainSamplesPerSecond: amount,
  parameters: index,
  /** Parameters that are not held at zero by a sparse structure. */
  activeParameters: index,
  /** Absent in networks without spiking neurons. */
  firingRate: firingRateSchema.optional(),
  seed: index,
  /** `recipeHash` of the whole run; absent in results of earlier versions. */
  run: z.string().optional(),
  /** Spikes and operations on the test set, or on a part of a large one. */
  activity: activitySchema.optional(),
  /** Largest memory of the engine, in bytes. */
  peakMemoryBytes: amount.optional(),
  /** Bytes of the tensors of the newest checkpoint. */
  checkpointBytes: amount.optional(),
  samples: z.object({ train: index, validation: index, test: index }),
  /** Which samples of the test set were used, if not all. */
  testPart: z.object({ used: index, of: index, chosen: z.enum(["first", "spread"]) }).optional(),
  backend: z.string(),
});

/** result.json */
export type Result = ReadOnly<z.output<typeof resultSchema>>;

/** Everything a report is made of. */
export interface RunRecord {
  readonly recipe: Recipe;
  readonly metrics: readonly (TrainingMetrics | EpochMetrics)[];
  readonly result?: Result | undefined;
  readonly samples?: SamplesRecord | undefined;
  readonly confusion?: ConfusionRecord | undefined;
  readonly pictures?: PicturesRecord | undefined;
}

/** The lines that end an epoch. */
export function epochLines(metrics: readonly TrainingMetrics[]): EpochMetrics[] {
  return metrics.filter((line): line is EpochMetrics => line.kind === "epoch");
}
