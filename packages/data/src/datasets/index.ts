export { createDataset, type ImagePreparation } from "./create-dataset.ts";
export type { Dataset, DatasetBatchOptions, DatasetSplit, SplitBySource } from "./dataset.ts";
