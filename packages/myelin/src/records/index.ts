export { metricsCsv } from "./csv.ts";
export {
  epochLines,
  metricsSchema,
  type EpochMetrics,
  type FiringRate,
  type LearnedValues,
  type NeuronParameters,
  type TrainingMetrics,
} from "./metrics.ts";
export { partOf, partText, type SamplePart } from "./part.ts";
export * from "./pictures.ts";
export { CURE, readRecord, requireForm } from "./read.ts";
export * from "./result.ts";
export type { RunRecord } from "./run-record.ts";
export * from "./samples.ts";
export { RECORD_VERSION, size, type ReadOnly } from "./schema.ts";
