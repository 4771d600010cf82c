/**
 * What a new layer is written with, and what tools ask layers for.
 *
 * @module @myelin/core/layers
 */
export type { AttentionMaps } from "../attention/index.ts";
export {
  DelayLayer,
  delayLayers,
  type DelayVersion,
  normalisationParameters,
  positionParameters,
  SigmaSchedule,
  type SigmaScheduleOptions,
  weightParameters,
} from "../delays/index.ts";
export type { LayerOptions, LayerType } from "../description/index.ts";
export {
  Carried,
  type CarriedState,
  onWholeSequence,
  refuseInStream,
  runningStream,
  StreamMemory,
} from "../engine/index.ts";
export {
  checkModule,
  constantBuffer,
  constantParameter,
  convOperations,
  type DenseWeights,
  inEvaluation,
  inTraining,
  linearOperations,
  rangeParameter,
  sizePair,
  type StoredArray,
  type StoredPart,
  type StreamObstacle,
  type StreamState,
  type SynapticOperations,
  uniformParameter,
  WEIGHT_INITS,
  type WeightInit,
} from "../nn/index.ts";
export type { OwnLayer } from "../description/index.ts";
