export { CIFAR10_RECORD_BYTES, readCifar10, type Cifar10File } from "./cifar10.ts";
export { concatenate } from "./concatenate.ts";
export {
  FILE_ERRORS,
  faultOf,
  formatError,
  plural,
  type FileFault,
  type FormatProblem,
} from "./format-error.ts";
export { gunzip, isGzip, type GunzipOptions } from "./gzip.ts";
export {
  IDX_HEADER_BYTES,
  readIdx,
  readIdxHeader,
  type IdxArray,
  type IdxFile,
  type ReadIdxOptions,
} from "./idx.ts";
export { readShardCount, readSpikeShard, SHARD_HEADER_BYTES, type SpikeShard } from "./spike-shards.ts";
