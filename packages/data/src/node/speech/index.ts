export {
  convertFsdd,
  type ConvertedFsdd,
  type ConvertFsddOptions,
  type ConvertProgress,
  FSDD_EAR,
} from "./fsdd-to-spikes.ts";
export { hearAll, type Recording } from "./hear-all.ts";
