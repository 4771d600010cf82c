import { checkFunction, isPlainObject, refuse } from "@myelin/core/checks";
import type { EventRecordings } from "../../events/index.ts";
import { checkDataFolder, type DataFolderOptions, findCompleteFolder, findDataset } from "../find/index.ts";
import { checkLoading } from "./check-loading.ts";
import { makeEvents } from "./images-to-events.ts";
import type { RecordingProgress } from "../generated/index.ts";
import type { Split } from "../dataset-spec.ts";
import { findSpecOfKind } from "../registry/index.ts";

/** Options of {@link loadEvents}. */
export interface LoadEventsOptions extends DataFolderOptions {
  readonly split: Split;
  /** Called while a data set is made that is made on first use. */
  readonly onMake?: RecordingProgress | undefined;
}

/**
 * Opens a split of a named data set of event-camera recordings. Recordings are read when they are asked for. The data
 * set is looked for in its folder below `dataDir`, `$MYELIN_DATA` and the per-user cache. One that is made of images is
 * made there first, if need be, which takes a minute or more.
 *
 * @throws MyelinError if the name is unknown or the data is nowhere (the message says how to get it)
 * @throws FormatError if an archive is damaged
 * @example const test = await loadEvents("nmnist", { split: "test" }); const events = await test.read(0);
 */
export async function loadEvents(name: string, all: LoadEventsOptions): Promise<EventRecordings> {
  if (!isPlainObject(all)) refuse("loadEvents", 'an options object such as { split: "train" }', all);
  const { onMake, ...options } = all;
  if (onMake !== undefined) checkFunction("loadEvents.onMake", onMake);
  const { split, dataDir } = checkLoading("loadEvents", options);
  const spec = findSpecOfKind(name, "events");
  await checkDataFolder({ dataDir });
  if (spec.madeFrom) {
    const made = await findCompleteFolder(spec, { dataDir });
    return spec.read(made ?? (await makeEvents(spec, { dataDir, onProgress: onMake })), split);
  }
  return spec.read(await findDataset(spec, split, { dataDir, loader: "loadEvents" }), split);
}
