/**
 * What a training script needs: an engine, layers and neurons, losses, optimisers, the trainer, and weights in files.
 * Everything else stands at subpaths, such as `@myelin/core/ops`: each name has one entry point.
 *
 * @module @myelin/core
 */
export { AdvancedSpatialAttention, type AdvancedSpatialAttentionOptions } from "./attention/index.ts";
export {
  DelayConv2d,
  type DelayConv2dOptions,
  DelayLinear,
  type DelayOptions,
  delayStream,
  sigmaSchedule,
} from "./delays/index.ts";
export { buildNetwork, type LayerDescription, type NetworkDescription } from "./description/index.ts";
export {
  backward,
  type BackendName,
  createEngine,
  crossEntropy,
  Engine,
  type EngineOptions,
  meanOverTime,
  meanSquaredError,
  noGrad,
  parameter,
  Random,
  setLengths,
  sumOverTime,
  Tensor,
  tensor,
  useEngine,
  type WasmOptions,
} from "./engine/index.ts";
export { BackendError, FormatError, MyelinError, ShapeError, TrainingError } from "./errors.ts";
export {
  type CheckpointParts,
  encodeCheckpoint,
  encodeWeights,
  restoreCheckpoint,
  restoreWeights,
} from "./io/index.ts";
export {
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  sumSoftmaxCrossEntropy,
  tet,
} from "./loss/index.ts";
export { countActivity, countParameters, energyEstimate } from "./metrics/index.ts";
export {
  ALIF,
  type ALIFOptions,
  atan,
  defineNeuron,
  fastSigmoid,
  IF,
  KLIF,
  type KLIFOptions,
  LeakyIntegrator,
  type LeakyIntegratorOptions,
  type LeakyOptions,
  learnable,
  LIF,
  type NeuronDefinition,
  piecewiseQuadratic,
  PLIF,
  type PLIFOptions,
  rectangle,
  Recurrent,
  sigmoid,
  type SpikingOptions,
  triangle,
} from "./neurons/index.ts";
export {
  AvgPool2d,
  BatchNorm,
  type BatchNormOptions,
  Conv2d,
  type Conv2dOptions,
  Dropout,
  type DropoutOptions,
  Flatten,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  Linear,
  type LinearOptions,
  MaxPool2d,
  Module,
  type NetworkStream,
  type PoolOptions,
  RepeatOverTime,
  Residual,
  Sequential,
  type StreamOptions,
  Vote,
} from "./nn/index.ts";
export {
  Adam,
  type AdamOptions,
  AdamW,
  clipGradNorm,
  cosineAnnealing,
  oneCycle,
  perGroup,
  SGD,
  type SGDOptions,
  step,
  warmup,
} from "./optim/index.ts";
export { loadRun, type Prediction, type TrainedRun } from "./runs/index.ts";
export {
  type Batch,
  type Batches,
  initFiring,
  type Metrics,
  Trainer,
  type TrainerOptions,
} from "./train/index.ts";
export { onWarning } from "./warnings.ts";
