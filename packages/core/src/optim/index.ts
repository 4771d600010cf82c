export { Adam, type AdamOptions, AdamW } from "./adam.ts";
export { clipGradNorm, gradNorm } from "./clip.ts";
export { OPTIMIZER_DEFAULTS, SCHEDULE_DEFAULTS } from "./defaults.ts";
export {
  type GroupOptions,
  Optimizer,
  type OptimizerState,
  type UnusableGradient,
  type ParameterGroup,
  type Rates,
} from "./optimizer.ts";
export type { GroupSpec } from "./group-options.ts";
export {
  cosineAnnealing,
  oneCycle,
  type OneCycleOptions,
  perGroup,
  Schedule,
  step,
  warmup,
} from "./schedule.ts";
export { SGD, type SGDOptions } from "./sgd.ts";
