export {
  convertFsdd,
  type ConvertedFsdd,
  type ConvertFsddOptions,
  type ConvertProgress,
} from "./fsdd-to-spikes.ts";
