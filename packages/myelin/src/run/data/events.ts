import {
  createEventTransform,
  eventDataset,
  loadEvents,
  openEventFolder,
  type EventRecordings,
  type EventTransform,
  type FramesOrigin,
  type Framing,
  type Representation,
  type SequenceDataset,
  type Split,
  type Splitting,
} from "@myelin/data";
import type { EventDataRecipe } from "../../recipe/index.ts";
import { partOf, type SamplePart } from "../../records/index.ts";
import type { DataTable } from "./samples.ts";

/** Frames, and which recordings of a set they are made of. */
export interface LimitedFrames {
  readonly dataset: SequenceDataset;
  readonly part: SamplePart | undefined;
}

/** Where recordings are found, and how many frames of each are made. */
export interface EventFrameOptions {
  readonly split: Split;
  readonly timeSteps: number;
  readonly seed: number;
  readonly dataDir: string | undefined;
  /** What the run knows of its data already. */
  readonly table: DataTable | undefined;
}

/**
 * Frames of the recordings that a recipe names.
 *
 * @throws MyelinError if they are not there; the message says how to get them
 */
export async function loadEventFrames(
  recipe: EventDataRecipe,
  { split, timeSteps, seed, dataDir, table }: EventFrameOptions,
): Promise<LimitedFrames> {
  const { frames } = recipe;
  const limit = split === "train" ? recipe.limit : recipe.limitTest;
  const recordings = await openRecordings(recipe, { split, dataDir, table });
  try {
    const clipping =
      frames.splitBy !== "duration"
        ? {}
        : split === "train"
          ? { clip: frames.clip }
          : { clips: frames.clips };
    const dataset = await eventDataset(spreadRecordings(recordings, limit), {
      framing: framing(frames, timeSteps),
      transforms: recipe.transforms.flatMap(named),
      augment: split === "train" ? recipe.augment.flatMap(named) : [],
      seed,
      sensor: recipe.sensor,
      ...clipping,
    });
    return { dataset, part: partOf(recordings.count, limit, "spread") };
  } finally {
    await recordings.close();
  }
}

async function openRecordings(
  recipe: EventDataRecipe,
  { split, dataDir, table }: Pick<EventFrameOptions, "split" | "dataDir" | "table">,
): Promise<EventRecordings> {
  if (recipe.name !== "event-folder") return loadEvents(recipe.name, { split, dataDir });
  const { path, sensor, camera, test, splitSeed } = recipe;
  const { classNames, sensor: known = sensor } = table ?? {};
  return (await openEventFolder(path, { sensor: known, camera, classNames, test, splitSeed })).open(split);
}

/** How the frames of a recipe are made, as `frameEvents` takes it. */
export function framing(frames: EventDataRecipe["frames"], steps: number): Framing {
  return { ...splitting(frames, steps), ...representation(frames), resize: frames.resize };
}

function splitting(frames: EventDataRecipe["frames"], steps: number): Splitting {
  const { splitBy } = frames;
  switch (splitBy) {
    case "number":
      return { splitBy, steps };
    case "time":
      return { splitBy, steps, origin: microseconds(frames.origin) };
    case "duration":
      return {
        ...{ splitBy, steps, durationUs: 1000 * frames.duration },
        origin: microseconds(frames.origin),
      };
    case "count":
      return { splitBy, steps, events: frames.events };
  }
}

function microseconds(origin: "first" | "trial" | number): FramesOrigin {
  return typeof origin === "number" ? 1000 * origin : origin;
}

function representation({ values, tau = 50 }: EventDataRecipe["frames"]): Representation {
  switch (values) {
    case "voxelGrid":
      return { representation: values };
    case "timeSurface":
      return { representation: values, tauUs: 1000 * tau };
    default:
      return { values };
  }
}

function named(transform: EventDataRecipe["transforms"][number]): EventTransform[] {
  return Object.entries(transform).map(([name, options]) => createEventTransform(name, options ?? {}));
}

/** Reads no more recordings than will be used: they often lie class by class, so some from everywhere. */
function spreadRecordings(recordings: EventRecordings, limit: number | undefined): EventRecordings {
  if (limit === undefined || limit >= recordings.count) return recordings;
  const { labels, sources, trialStartsUs, count } = recordings;
  const place = (index: number): number => Math.floor((index * count) / limit);
  const spread = (values: ArrayLike<number>): Uint32Array =>
    Uint32Array.from({ length: limit }, (_, index) => values[place(index)] ?? 0);
  return {
    ...recordings,
    count: limit,
    labels: spread(labels),
    ...(sources && { sources: spread(sources) }),
    ...(trialStartsUs && {
      trialStartsUs: Float64Array.from(labels, (_, i) => trialStartsUs[place(i)] ?? 0),
    }),
    read: (index) => recordings.read(place(index)),
  };
}
