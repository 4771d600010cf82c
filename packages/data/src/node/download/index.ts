export type { DownloadOptions, DownloadProgress } from "./download-file.ts";
export { getDataset, type GetDatasetOptions } from "./get-dataset.ts";
