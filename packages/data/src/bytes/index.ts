export { checkBytes, checkSource } from "./check-bytes.ts";
export { concatenate } from "./concatenate.ts";
export {
  FILE_ERRORS,
  faultOf,
  formatError,
  plural,
  type FileFault,
  type FormatProblem,
} from "./format-error.ts";
export { gunzip, inflate, isGzip, type GunzipOptions } from "./gzip.ts";
