export { BatchNorm, type BatchNormOptions } from "./batch-norm.ts";
export { checkModule } from "./check-module.ts";
export { Conv2d, type Conv2dOptions, sizePair } from "./conv2d.ts";
export { LAYER_DEFAULTS } from "./defaults.ts";
export { Dropout, type DropoutOptions } from "./dropout.ts";
export {
  constantBuffer,
  constantParameter,
  rangeParameter,
  uniformParameter,
  WEIGHT_INITS,
  type WeightInit,
} from "./initialise.ts";
export { Linear, type LinearOptions } from "./linear.ts";
export { inEvaluation } from "./modes.ts";
export { Module, type StoredArray } from "./module.ts";
export { placeSteps, roomFor, type SequencePart, sequenceParts } from "./parts.ts";
export { AvgPool2d, GlobalAvgPool2d, GlobalMaxPool2d, MaxPool2d, type PoolOptions } from "./pool.ts";
export { Residual } from "./residual.ts";
export { Sequential } from "./sequential.ts";
export { inTraining, type NetworkStream, type StreamObstacle, type StreamOptions } from "./stream.ts";
export type { StoredPart, StreamState } from "./stream-state.ts";
export { Flatten, RepeatOverTime, Vote } from "./shape.ts";
export {
  convOperations,
  type DenseWeights,
  linearOperations,
  type SynapticOperations,
} from "./synaptic-operations.ts";
