export { LOSS_DEFAULTS } from "./defaults.ts";
export {
  type CrossEntropyOptions,
  maxMembraneCrossEntropy,
  rateCrossEntropy,
  rateMse,
  sumSoftmaxCrossEntropy,
  tet,
  type TetOptions,
} from "./losses.ts";
