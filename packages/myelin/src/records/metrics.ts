/** What a run records while it trains: the lines of metrics.jsonl. */
import { z } from "zod";
import { delayMetricsSchema, structureMetricsSchema } from "./pictures.ts";
import { amount, byLayer, index, share, type ReadOnly } from "./schema.ts";

/** The form of {@link FiringRate}. */
export const firingRateSchema = z.object({
  /** Over all spiking neurons of the network. */
  mean: share,
  layers: z.record(z.string(), share),
});

/** Share of neuron and time step pairs that carry a spike, 0..1. */
export type FiringRate = ReadOnly<z.output<typeof firingRateSchema>>;

const learnedSchema = z.object({ mean: z.number(), least: z.number(), largest: z.number() });

/** What the values of a learned parameter are: all the same number where a layer has one value. */
export type LearnedValues = ReadOnly<z.output<typeof learnedSchema>>;

/** The form of {@link NeuronParameters}. */
export const neuronParametersSchema = z.object({
  k: byLayer.optional(),
  tau: byLayer.optional(),
  /** By the name in the equations, then by layer name. */
  learned: z.record(z.string(), z.record(z.string(), learnedSchema)).optional(),
});

/** Learned numbers of the neuron layers: KLIF's k, PLIF's time constant, and what other equations learn. */
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

/** The lines that end an epoch. */
export function epochLines(metrics: readonly TrainingMetrics[]): EpochMetrics[] {
  return metrics.filter((line): line is EpochMetrics => line.kind === "epoch");
}
