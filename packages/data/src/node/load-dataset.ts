import path from "node:path";
import { MyelinError } from "@myelin/core";
import type { ImageDataset } from "../images/index.ts";
import { dataFolders, type DataFolderOptions } from "./data-folders.ts";
import { DATASETS, findSpec, type DatasetInfo, type DatasetSpec, type Split } from "./registry/index.ts";

/** Options of {@link loadDataset}. */
export interface LoadDatasetOptions extends DataFolderOptions {
  readonly split: Split;
}

/**
 * Reads a split of a named data set into memory. It is looked for in what an installed package brings along, then in
 * the folder of its name below `dataDir`, `$MYELIN_DATA` and the per-user cache.
 *
 * @throws MyelinError if the name is unknown or the data is nowhere (the message has the command that gets it)
 * @throws FormatError if files are damaged or differ from the published ones
 * @example const test = await loadDataset("mnist", { split: "test" });
 */
export async function loadDataset(
  name: string,
  { split, dataDir }: LoadDatasetOptions,
): Promise<ImageDataset> {
  const spec = findSpec(name);
  const folders = candidateFolders(spec, { dataDir });
  const lacks: string[] = [];
  for (const folder of folders) {
    const missing = await spec.missingFiles(folder, split);
    if (missing.length === 0) return spec.read(folder, split);
    lacks.push(`${folder} (no ${missing.join(", no ")})`);
  }
  throw new MyelinError(
    `loadDataset: expected the ${split} split of ${name} in one of the data folders, got none in ${lacks.join("; ")}. ` +
      `Get it with: npx myelin data get ${name}`,
  );
}

/** A data set and where it lies. */
export interface DatasetListing extends DatasetInfo {
  /** The first folder that holds both splits, or undefined. */
  readonly folder: string | undefined;
  /** Whether an installed package brings it along. */
  readonly bundled: boolean;
}

/** Every data set that has a name, with where it was found. */
export async function listDatasets(options: DataFolderOptions = {}): Promise<DatasetListing[]> {
  return Promise.all(
    DATASETS.map(async (spec) => ({
      ...spec.info,
      folder: await findCompleteFolder(spec, options),
      bundled: spec.bundledFolder !== undefined,
    })),
  );
}

/** The first folder that holds both splits of a data set. */
async function findCompleteFolder(
  spec: DatasetSpec,
  options: DataFolderOptions,
): Promise<string | undefined> {
  for (const folder of candidateFolders(spec, options)) {
    if (await isComplete(spec, folder)) return folder;
  }
  return undefined;
}

/** Whether a folder holds both splits. */
async function isComplete(spec: DatasetSpec, folder: string): Promise<boolean> {
  const missing = await Promise.all([spec.missingFiles(folder, "train"), spec.missingFiles(folder, "test")]);
  return missing.flat().length === 0;
}

function candidateFolders(spec: DatasetSpec, options: DataFolderOptions): string[] {
  const bundled = spec.bundledFolder ? [spec.bundledFolder()] : [];
  return [...bundled, ...dataFolders(options).map((folder) => path.join(folder, spec.info.name))];
}
