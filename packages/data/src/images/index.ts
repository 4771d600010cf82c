export { CIFAR10_RECORD_BYTES, readCifar10, type Cifar10File } from "./cifar10.ts";
export {
  checkImages,
  imageDataset,
  imageLength,
  pixelStatistics,
  selectSamples,
  type ImageDataset,
  type ImageDatasetParts,
  type ImageShape,
  type PixelStatistics,
} from "./dataset.ts";
export {
  IDX_HEADER_BYTES,
  readIdx,
  readIdxHeader,
  type IdxArray,
  type IdxFile,
  type ReadIdxOptions,
} from "./idx.ts";
export { splitDataset, type SplitOptions } from "./split.ts";
