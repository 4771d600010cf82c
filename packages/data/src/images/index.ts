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
export { splitDataset, type SplitOptions } from "./split.ts";
