import { MyelinError } from "@myelin/core";
import type { SpikeDataset } from "../../spikes/index.ts";
import { type DataFolderOptions, checkDataFolder, findDataset } from "../find/index.ts";
import { checkLoading } from "./check-loading.ts";
import type { SplitWithValidation } from "../dataset-spec.ts";
import { findSpecOfKind } from "../registry/index.ts";

/** Options of {@link loadSpikes}. */
export interface LoadSpikesOptions extends DataFolderOptions {
  /** "validation" where the publisher has such a part, as for SSC. */
  readonly split: SplitWithValidation;
}

/**
 * Reads a split of a named data set of spike trains into memory, from the folder of its name below `dataDir`,
 * `$MYELIN_DATA` or the per-user cache.
 *
 * @throws MyelinError if the name is unknown or the data is nowhere (the message has the command that gets it)
 * @throws FormatError if files are damaged
 * @example const train = spikeSequences(await loadSpikes("shd", { split: "train" }));
 */
export async function loadSpikes(name: string, options: LoadSpikesOptions): Promise<SpikeDataset> {
  const { split, dataDir } = checkLoading("loadSpikes", options, ["train", "test", "validation"]);
  const spec = findSpecOfKind(name, "spikes");
  if (split === "validation" && spec.info.validationCount === undefined) {
    throw new MyelinError(
      `loadSpikes: expected "train" or "test" as the split of ${name}, got "validation", which it does not publish. ` +
        `Hold out some of the training samples instead.`,
    );
  }
  await checkDataFolder({ dataDir });
  return spec.read(await findDataset(spec, split, { dataDir, loader: "loadSpikes" }), split);
}
