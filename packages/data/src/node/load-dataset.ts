import { checkOptions } from "@myelin/core";
import type { ImageDataset } from "../images/index.ts";
import { checkDataDir, type DataFolderOptions } from "./data-folders.ts";
import { checkDataFolder } from "./check-data-folder.ts";
import { checkLoading } from "./check-loading.ts";
import { commandFor, findCompleteFolder, findDataset } from "./find-dataset.ts";
import { DATASETS, findSpecOfKind, type DatasetInfo, type Split } from "./registry/index.ts";

/** Options of {@link loadDataset}. */
export interface LoadDatasetOptions extends DataFolderOptions {
  readonly split: Split;
}

/**
 * Reads a split of a named data set of images into memory. It is looked for in the folder of its name below
 * `dataDir`, in what an installed package brings along, then below `$MYELIN_DATA` and the per-user cache.
 *
 * @throws MyelinError if the name is unknown or the data is nowhere (the message has the command that gets it)
 * @throws FormatError if files are damaged or differ from the published ones
 * @example const test = await loadDataset("mnist", { split: "test" });
 */
export async function loadDataset(name: string, options: LoadDatasetOptions): Promise<ImageDataset> {
  const { split, dataDir } = checkLoading("loadDataset", options);
  const spec = findSpecOfKind(name, "images");
  await checkDataFolder({ dataDir });
  return spec.read(await findDataset(spec, split, { dataDir, loader: "loadDataset" }), split);
}

/** Where a data set lies. */
export interface DatasetPlace {
  /** The first folder that holds both splits, or undefined. */
  readonly folder: string | undefined;
  /** Whether an installed package brings it along. */
  readonly bundled: boolean;
  /** The command that brings it. */
  readonly getWith: string;
}

/** A data set and where it lies; `kind` tells what it holds. */
export type DatasetListing = DatasetInfo & DatasetPlace;

/** Every data set that has a name, with where it was found. */
export async function listDatasets(options: DataFolderOptions = {}): Promise<DatasetListing[]> {
  checkOptions("listDatasets", options, { dataDir: true });
  checkDataDir("listDatasets", options.dataDir);
  await checkDataFolder(options);
  return Promise.all(
    DATASETS.map(async (spec) => ({
      ...spec.info,
      folder: await findCompleteFolder(spec, options),
      bundled: spec.bundledFolder !== undefined,
      getWith: commandFor(spec),
    })),
  );
}
