export { LOSS_DEFAULTS } from "./defaults.ts";
export {
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  type RateMseOptions,
  sumSoftmaxCrossEntropy,
  tet,
  type TetOptions,
} from "./losses.ts";
