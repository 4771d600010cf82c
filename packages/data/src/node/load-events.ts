import type { EventRecordings } from "../events/index.ts";
import type { DataFolderOptions } from "./data-folders.ts";
import { findDataset } from "./find-dataset.ts";
import { findSpecOfKind, type Split } from "./registry/index.ts";

/** Options of {@link loadEvents}. */
export interface LoadEventsOptions extends DataFolderOptions {
  readonly split: Split;
}

/**
 * Opens a split of a named data set of event-camera recordings. Recordings are read when they are asked for. The data
 * set is looked for in its folder below `dataDir`, `$MYELIN_DATA` and the per-user cache.
 *
 * @throws MyelinError if the name is unknown or the data is nowhere (the message says how to get it)
 * @throws FormatError if an archive is damaged
 * @example const test = await loadEvents("nmnist", { split: "test" }); const events = await test.read(0);
 */
export async function loadEvents(
  name: string,
  { split, dataDir }: LoadEventsOptions,
): Promise<EventRecordings> {
  const spec = findSpecOfKind(name, "events");
  return spec.read(await findDataset(spec, split, { dataDir, loader: "loadEvents" }), split);
}
