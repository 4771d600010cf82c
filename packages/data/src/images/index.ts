export {
  imageDataset,
  imageLength,
  pixelStatistics,
  selectSamples,
  type ImageDataset,
  type ImageDatasetParts,
  type ImageSize,
  type PixelStatistics,
} from "./dataset.ts";
export { splitDataset, type SplitOptions } from "./split.ts";
