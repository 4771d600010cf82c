import path from "node:path";
import { MyelinError } from "@myelin/core";
import { checkFunction, checkInteger, checkOptions, checkText } from "@myelin/core/checks";
import { checkSaccades, saccadeRecordings, type SaccadeOptions } from "../../camera/index.ts";
import type { EventRecordings } from "../../events/index.ts";
import { selectSamples, type ImageDataset } from "../../images/index.ts";
import { checkStop } from "../check-stop.ts";
import { dataFolders, type DataFolderOptions } from "../find/index.ts";
import { hasRecordings, writeRecordings, type RecordingProgress } from "../generated/index.ts";
import { loadDataset } from "./load-dataset.ts";
import type { EventDatasetSpec, Split } from "../dataset-spec.ts";
import { findSpecOfKind } from "../registry/index.ts";

/** Options of {@link convertImagesToEvents}. */
export interface ConvertImagesOptions extends DataFolderOptions, SaccadeOptions {
  /** The folder to write, which must not be there yet; `<first data folder>/<name>-events` if left out. */
  readonly into?: string | undefined;
  /** At most so many images of each split, the first ones. */
  readonly limit?: number | undefined;
  readonly onProgress?: RecordingProgress | undefined;
  /** Stops the conversion: it throws the signal's reason, and the folder does not appear. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link convertImagesToEvents} has written. */
export interface ConvertedImages {
  readonly folder: string;
  /** Numbers of recordings. */
  readonly train: number;
  readonly test: number;
}

/**
 * Turns a named data set of images into recordings of an event camera that makes the saccades of N-MNIST, and writes them
 * in N-MNIST's layout. `loadEvents("<name>-events")` finds them where this function writes if it is not told otherwise.
 *
 * @throws MyelinError if the images are nowhere, or the folder is there already or cannot be written
 * @example await convertImagesToEvents("mnist", { seed: 1, onProgress: ({ split, done, total }) => ... });
 */
export async function convertImagesToEvents(
  name: string,
  options: ConvertImagesOptions = {},
): Promise<ConvertedImages> {
  checkOptions("convertImagesToEvents", options, KNOWN);
  const { dataDir, into, limit = Infinity, seed = 1, onProgress, signal, ...saccades } = options;
  if (into !== undefined) checkText("convertImagesToEvents.into", into, "It is the path of a folder.");
  if (limit !== Infinity) checkInteger("convertImagesToEvents.limit", limit, { min: 1 });
  if (onProgress !== undefined) checkFunction("convertImagesToEvents.onProgress", onProgress);
  checkSaccades("convertImagesToEvents", { ...saccades, seed });
  checkStop("convertImagesToEvents.signal", signal);
  findSpecOfKind(name, "images");
  const folder = into ?? path.join(dataFolders({ dataDir })[0]!, `${name}-events`);
  const record = async (split: Split) => {
    const images = firstSamples(await loadDataset(name, { split, dataDir }), limit);
    // Train and test must not share noise.
    return saccadeRecordings(images, { ...saccades, seed: split === "train" ? seed : seed + 1 });
  };
  const splits = { train: await record("train"), test: await record("test") };
  await writeRecordings(folder, splits, stoppedBy(signal, onProgress));
  return { folder, train: splits.train.count, test: splits.test.count };
}

const KNOWN = {
  ...({ dataDir: true, into: true, limit: true, onProgress: true, signal: true } as const),
  ...({ camera: true, amplitude: true, margin: true, invert: true, seed: true } as const),
} as const;

/**
 * Makes a data set that is made of another one, in the first data folder that can be written.
 *
 * @returns its folder
 * @throws MyelinError if the images it is made of are nowhere, or no folder can be written
 */
export async function makeEvents(
  spec: EventDatasetSpec,
  { dataDir, onProgress, signal }: Pick<ConvertImagesOptions, "dataDir" | "onProgress" | "signal">,
): Promise<string> {
  const { madeFrom, info } = spec;
  if (!madeFrom)
    throw new MyelinError(`makeEvents: expected a data set that is made here, got ${info.name}. Load it.`);
  const record = async (split: Split): Promise<EventRecordings> =>
    madeFrom.record(await loadDataset(madeFrom.source, { split, dataDir }), split);
  const splits = { train: await record("train"), test: await record("test") };
  let failure: unknown;
  for (const dataFolder of dataFolders({ dataDir })) {
    const folder = path.join(dataFolder, info.name);
    try {
      await writeRecordings(folder, splits, stoppedBy(signal, onProgress));
      return folder;
    } catch (error) {
      signal?.throwIfAborted();
      // Another process may have made it in the meantime.
      if (await hasRecordings(folder)) return folder;
      failure ??= error;
    }
  }
  throw failure;
}

/** Progress that ends the work once it is to stop. */
function stoppedBy(signal: AbortSignal | undefined, onProgress?: RecordingProgress): RecordingProgress {
  return (progress) => {
    signal?.throwIfAborted();
    onProgress?.(progress);
  };
}

function firstSamples(images: ImageDataset, limit: number): ImageDataset {
  if (limit >= images.count) return images;
  return selectSamples(
    images,
    Uint32Array.from({ length: limit }, (_, n) => n),
  );
}
