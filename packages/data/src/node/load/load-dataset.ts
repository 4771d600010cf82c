import type { ImageDataset } from "../../images/index.ts";
import { type DataFolderOptions, checkDataFolder, findDataset } from "../find/index.ts";
import { checkLoading } from "./check-loading.ts";
import type { Split } from "../dataset-spec.ts";
import { findSpecOfKind } from "../registry/index.ts";

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
