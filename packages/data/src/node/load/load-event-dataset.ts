import { isPlainObject, refuse } from "@myelin/core/checks";
import { eventDataset, type EventDataset, type EventDatasetOptions } from "../../frames/index.ts";
import { loadEvents, type LoadEventsOptions } from "./load-events.ts";

/** Options of {@link loadEventDataset}. */
export interface LoadEventDatasetOptions extends LoadEventsOptions, EventDatasetOptions {}

/**
 * Reads a split of a named data set of event-camera recordings and makes frames of it: {@link loadEvents}, then
 * {@link eventDataset}.
 *
 * @throws MyelinError, FormatError and ShapeError as these two do
 * @example
 * const framing = { splitBy: "number", steps: 10 };
 * const train = await loadEventDataset("nmnist", { split: "train", framing, augment: [roll({ max: 2 })] });
 */
export async function loadEventDataset(
  name: string,
  options: LoadEventDatasetOptions,
): Promise<EventDataset> {
  if (!isPlainObject(options))
    refuse("loadEventDataset", 'an options object such as { split: "train" }', options);
  const { split, dataDir, onMake, ...framed } = options;
  const recordings = await loadEvents(name, { split, dataDir, onMake });
  try {
    return await eventDataset(recordings, framed);
  } finally {
    await recordings.close();
  }
}
