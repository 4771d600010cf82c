export {
  convertImagesToEvents,
  type ConvertedImages,
  type ConvertImagesOptions,
  loadEventDataset,
  type LoadEventDatasetOptions,
  loadEvents,
  type LoadEventsOptions,
  loadDataset,
  type LoadDatasetOptions,
  loadSpikes,
  type LoadSpikesOptions,
} from "./load/index.ts";
export {
  convertFsdd,
  type ConvertedFsdd,
  type ConvertFsddOptions,
  type ConvertProgress,
  FSDD_EAR,
} from "./speech/index.ts";
export {
  dataFolders,
  type DataFolderOptions,
  listDatasets,
  type DatasetListing,
  type DatasetPart,
  type DatasetParts,
  type DatasetPlace,
} from "./find/index.ts";
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
} from "./events/index.ts";
export { writeRecordings, type RecordingProgress } from "./generated/index.ts";
export { readMaybeGzip } from "./contents/index.ts";
export { readSpikesFile, writeSpikesFile } from "./spikes/index.ts";
export type {
  DatasetInfo,
  EventDatasetInfo,
  ImageDatasetInfo,
  SpikeDatasetInfo,
  Split,
  SplitWithValidation,
} from "./dataset-spec.ts";
export { datasetInfo } from "./registry/index.ts";
export type { OwnSplitOptions, PassedOver } from "./labelled/index.ts";
export {
  describeOwnFolder,
  type ImageFolder,
  type ImageFolderOptions,
  openImageFolder,
  openSoundFolder,
  openSpikeFiles,
  openTable,
  type OwnFolderInfo,
  type OwnTable,
  type SoundFolder,
  type SoundFolderOptions,
  type SpikeFiles,
  type SpikeFilesOptions,
  type TableFileOptions,
} from "./own/index.ts";
