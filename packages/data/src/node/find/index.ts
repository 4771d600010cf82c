export { checkDataFolder } from "./check-data-folder.ts";
export { checkDataDir, dataFolders, type DataFolderOptions } from "./data-folders.ts";
export { findCompleteFolder, findDataset } from "./find-dataset.ts";
export {
  listDatasets,
  type DatasetListing,
  type DatasetPart,
  type DatasetParts,
  type DatasetPlace,
} from "./list-datasets.ts";
