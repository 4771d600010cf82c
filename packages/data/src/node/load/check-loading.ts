import { checkOneOf, checkOptions } from "@myelin/core/checks";
import { checkDataDir, type DataFolderOptions } from "../find/index.ts";
import type { Split, SplitWithValidation } from "../dataset-spec.ts";

/** What every function that loads a data set takes. */
interface Loading<Part extends SplitWithValidation> extends DataFolderOptions {
  readonly split: Part;
}

/**
 * Checks which part of a data set is asked for.
 *
 * @throws MyelinError for an unknown option or split
 */
export function checkLoading<Part extends SplitWithValidation = Split>(
  loader: string,
  options: Loading<Part>,
  splits: readonly SplitWithValidation[] = ["train", "test"],
): Loading<Part> {
  checkOptions<Loading<SplitWithValidation>>(
    loader,
    options,
    { split: true, dataDir: true },
    '{ split: "train" }',
  );
  checkDataDir(loader, options.dataDir);
  checkOneOf(`${loader}.split`, options.split, splits);
  return options;
}
