export { dataFolders, type DataFolderOptions } from "./data-folders.ts";
export {
  getDataset,
  type DownloadOptions,
  type DownloadProgress,
  type GetDatasetOptions,
} from "./download/index.ts";
export {
  listDatasets,
  loadDataset,
  type DatasetListing,
  type DatasetPlace,
  type LoadDatasetOptions,
} from "./load-dataset.ts";
export { readMaybeGzip } from "./read-file.ts";
export type {
  DatasetInfo,
  EventDatasetInfo,
  ImageDatasetInfo,
  SpikeDatasetInfo,
  Split,
  SplitWithValidation,
} from "./registry/index.ts";
