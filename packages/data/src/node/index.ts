export { convertImagesToEvents, type ConvertedImages, type ConvertImagesOptions } from "./convert-images.ts";
export {
  convertFsdd,
  type ConvertedFsdd,
  type ConvertFsddOptions,
  type ConvertProgress,
} from "./convert/index.ts";
export { dataFolders, type DataFolderOptions } from "./data-folders.ts";
export {
  getDataset,
  type DownloadOptions,
  type DownloadProgress,
  type GetDatasetOptions,
} from "./download/index.ts";
export {
  convertEvents,
  fileInfo,
  inspectEventFile,
  openEventFile,
  openEventFolder,
  readEventFile,
  type ConvertedEvents,
  type ConvertEventsOptions,
  type EventFileReport,
  type EventFolder,
  type EventFolderOptions,
  type FileInfoOptions,
  type PassedOver,
} from "./events/index.ts";
export { writeRecordings, type RecordingProgress } from "./generated/index.ts";
export { loadEventDataset, type LoadEventDatasetOptions } from "./load-event-dataset.ts";
export { loadEvents, type LoadEventsOptions } from "./load-events.ts";
export {
  listDatasets,
  type DatasetListing,
  type DatasetPart,
  type DatasetParts,
  type DatasetPlace,
} from "./list-datasets.ts";
export { loadDataset, type LoadDatasetOptions } from "./load-dataset.ts";
export { loadSpikes, type LoadSpikesOptions } from "./load-spikes.ts";
export { readMaybeGzip } from "./read-file.ts";
export { readSpikesFile } from "./read-spikes-file.ts";
export { writeSpikesFile } from "./write-spikes-file.ts";
export type {
  DatasetInfo,
  EventDatasetInfo,
  ImageDatasetInfo,
  SpikeDatasetInfo,
  Split,
  SplitWithValidation,
} from "./registry/index.ts";
