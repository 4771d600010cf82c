export {
  convertFsdd,
  FSDD_CLASSES,
  FSDD_FILES,
  type ConvertedFsdd,
  type ConvertFsddOptions,
  type ConvertProgress,
} from "./fsdd.ts";
