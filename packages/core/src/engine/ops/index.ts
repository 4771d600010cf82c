export {
  add,
  clamp,
  compare,
  divide,
  exp,
  multiply,
  relu,
  scale,
  scaleBy,
  shift,
  sqrt,
  subtract,
  tanh,
} from "./elementwise.ts";
export { concatenate, slice } from "./parts.ts";
export { matmul } from "./matmul.ts";
export { countNonZero, sumOfSquares } from "./reduce.ts";
export { sum } from "./sum.ts";
export {
  gatePlanes,
  type GateResult,
  type PlaneSummaries,
  planeStatistics,
  selectPlanes,
} from "./attention.ts";
export type { BranchTensors, GateOptions } from "./attention-checks.ts";
export { batchNorm, type BatchNormSettings, type RunningStatistics } from "./batch-norm.ts";
export { conv2d, type Conv2dSettings } from "./conv.ts";
export { type NestedNumbers, parameter, tensor } from "./create.ts";
export { delayConv2d, type DelayConv2dSettings } from "./delay-conv.ts";
export { clampPositions, delayLinear, delayProducts } from "./delay.ts";
export type { DelayLinearSettings, DelayReach } from "./delay-checks.ts";
export { dropout } from "./dropout.ts";
export { bernoulli, delta, latency } from "./encode.ts";
export {
  type EquationOptions,
  type EquationOutput,
  equations,
  prepareEquations,
  type RecordOptions,
} from "./equation.ts";
export { fromImages, toImages } from "./images.ts";
export { linear } from "./linear.ts";
export {
  crossEntropy,
  type CrossEntropyOptions,
  groupMean,
  meanSquaredError,
  softmax,
  type SquaredErrorOptions,
} from "./loss.ts";
export { type Call, countSpikes, type Kept, maskPadding, withoutPadding } from "./padding.ts";
export { avgPool2d, globalAvgPool2d, globalMaxPool2d, maxPool2d, type PoolSettings } from "./pool.ts";
export { flatten, lastStep, reshape, stack, stepsOf, unstack } from "./shape.ts";
export {
  type DenseGradient,
  expandSparse,
  sparseConv2d,
  sparseLinear,
  type SparseOptions,
} from "./sparse.ts";
export { classTargets, type ClassWeights, labelProblem, oneHot, weightedTargets } from "./targets.ts";
export { maxOverTime, meanOverTime, onlyStep, repeatOverTime, singleStep, sumOverTime } from "./time.ts";
