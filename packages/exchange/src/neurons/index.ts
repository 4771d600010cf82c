export { equationsOf } from "./equations-of.ts";
export { isNorseLIF, NORSE_DT, NORSE_LIF, norseLIF, type NorseLIFOptions } from "./norse.ts";
export type { NeuronNumber } from "./parameters.ts";
export {
  SNNTORCH_RESETS,
  snnTorchKind,
  snnTorchLeaky,
  snnTorchSynaptic,
  type SnnTorchKind,
  type SnnTorchLeakyOptions,
  type SnnTorchReset,
  type SnnTorchSynapticOptions,
} from "./snntorch.ts";
