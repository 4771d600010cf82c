export * from "./ops/index.ts";
export { customGradient, noGrad } from "./autograd.ts";
export { backward } from "./backward.ts";
export { checkPattern } from "./ops/pattern-checks.ts";
export { checkTensor } from "./check-tensor.ts";
export type {
  AdamUpdate,
  AttentionBackend,
  AttentionSize,
  Backend,
  BatchNormBackend,
  Buffers,
  ClassSize,
  ClassWeighting,
  ConvBackend,
  ConvSize,
  DelayBackend,
  DelayBackward,
  DelayBackwardSpec,
  DelayForwardSpec,
  DelayKernel,
  DelayMemory,
  DelaySize,
  DropoutBackend,
  DropoutDraw,
  DropoutSize,
  ElementwiseBackend,
  EncodeBackend,
  EquationBackend,
  EquationBackward,
  EquationForward,
  EquationParameter,
  EquationSize,
  EquationSpec,
  HostBackend,
  ImageSize,
  LayoutBackend,
  Lifetime,
  LinearBackend,
  LinearSize,
  LossBackend,
  MaskMode,
  MemoryBackend,
  MemoryUsage,
  MinimalBackend,
  OptimiserBackend,
  OutsideValue,
  ParameterPlace,
  PatternBackend,
  PoolBackend,
  PoolSize,
  Range,
  ReduceBackend,
  Relation,
  RowBackend,
  SelectionSpec,
  SequenceSize,
  SgdUpdate,
  SparseBackend,
  SparsePattern,
  Storage,
  TimeBackend,
  ValueRange,
} from "./backend/index.ts";
export { densePlaces, numbersIn } from "./backend/index.ts";
export type { BackendName, BackendOptions, WasmOptions } from "./backends/index.ts";
export { currentEngine } from "./current.ts";
export { createEngine, Engine, type EngineOptions, useEngine } from "./engine.ts";
export { LARGEST_FLOAT32 } from "./float32.ts";
export { inScope } from "./scope.ts";
export { setLengths, setPartLengths } from "./lengths.ts";
export { Random, randomBits } from "./random.ts";
export {
  Carried,
  type CarriedState,
  onWholeSequence,
  refuseInStream,
  runningStream,
  StreamMemory,
} from "./streaming.ts";
export { checkSizes, describeShape, type Format, sizeOf, Tensor } from "./tensor.ts";
