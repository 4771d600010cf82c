import { MyelinError } from "@myelin/core";
import { checkOptions } from "@myelin/core/checks";
import { checkDataFolder } from "./check-data-folder.ts";
import { checkDataDir, type DataFolderOptions } from "./data-folders.ts";
import { unreadable } from "../files/index.ts";
import { commandFor, findCompleteFolder, findSplit } from "./find-dataset.ts";
import type { DatasetInfo, DatasetSpec, SplitWithValidation } from "../dataset-spec.ts";
import { DATASETS } from "../registry/index.ts";

/** A part of a data set: what was published, and what lies on this machine. */
export interface DatasetPart {
  /** Number of samples, as published. */
  readonly published: number;
  /** Number of samples in the files that lie in `folder`; undefined if it is nowhere or cannot be counted. */
  readonly here: number | undefined;
  /** Where the loaders read it from; undefined if it is nowhere. */
  readonly folder: string | undefined;
  /** Why its samples cannot be counted: what is wrong with its files. */
  readonly problem: string | undefined;
}

/** The parts of a data set. */
export interface DatasetParts {
  readonly train: DatasetPart;
  readonly test: DatasetPart;
  /** Of data sets that publish one. */
  readonly validation?: DatasetPart;
}

/** Where a data set lies. */
export interface DatasetPlace {
  /** The first folder that holds both splits, or undefined. */
  readonly folder: string | undefined;
  /** Whether an installed package brings it along. */
  readonly bundled: boolean;
  /** The command that brings it. */
  readonly getWith: string;
  readonly parts: DatasetParts;
}

/** A data set and where it lies; `kind` tells what it holds. */
export type DatasetListing = DatasetInfo & DatasetPlace;

/**
 * Every data set that has a name, with where it was found and how many samples lie there. They are counted by headers
 * and names of files; contents are not read, so a file that is listed may still be damaged. What is wrong with files
 * that cannot be counted stands in `problem` of their part.
 *
 * @throws MyelinError if `dataDir` is no folder of data sets
 * @example for (const { name, parts } of await listDatasets()) console.log(name, parts.train.here ?? "not here");
 */
export async function listDatasets(options: DataFolderOptions = {}): Promise<DatasetListing[]> {
  checkOptions("listDatasets", options, { dataDir: true });
  checkDataDir("listDatasets", options.dataDir);
  await checkDataFolder(options);
  const listings: DatasetListing[] = [];
  // One after the other, so that a single thread of the HDF5 library does for all files.
  for (const spec of DATASETS) {
    listings.push({
      ...spec.info,
      folder: await findCompleteFolder(spec, options),
      bundled: spec.bundledFolder !== undefined,
      getWith: commandFor(spec),
      parts: await listParts(spec, options),
    });
  }
  return listings;
}

async function listParts(spec: DatasetSpec, options: DataFolderOptions): Promise<DatasetParts> {
  const { info } = spec;
  const part = (split: SplitWithValidation, published: number) => listPart(spec, split, published, options);
  const train = await part("train", info.trainCount);
  const test = await part("test", info.testCount);
  if (info.kind !== "spikes" || info.validationCount === undefined) return { train, test };
  return { train, test, validation: await part("validation", info.validationCount) };
}

/** Only specs that have a validation part are asked for it. */
type AnySpec = Pick<DatasetSpec, "info" | "bundledFolder" | "folderNames"> & {
  missingFiles(folder: string, split: SplitWithValidation): Promise<string[]>;
  count(folder: string, split: SplitWithValidation): Promise<number>;
};

async function listPart(
  spec: AnySpec,
  split: SplitWithValidation,
  published: number,
  options: DataFolderOptions,
): Promise<DatasetPart> {
  const { folder } = await findSplit(spec, split, options);
  const nothing = { published, folder, here: undefined, problem: undefined };
  if (folder === undefined) return nothing;
  return spec.count(folder, split).then(
    (here) => ({ ...nothing, here }),
    (cause: unknown) => ({
      ...nothing,
      problem: cause instanceof MyelinError ? cause.message : unreadable(cause),
    }),
  );
}
