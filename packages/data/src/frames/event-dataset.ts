import { Random, ShapeError } from "@myelin/core";
import {
  composeEvents,
  inTimeOrder,
  type EventTransform,
  type SensorSize,
} from "../event-transforms/index.ts";
import type { EventRecordings, Events } from "../events/index.ts";
import { STREAMS, streamKey } from "../random.ts";
import { checkNumber } from "../check-number.ts";
import { checkedLabels } from "../labels.ts";
import { clipStarts } from "./clips.ts";
import { datasetOfSamples, type EventDataset, type EventSample } from "./event-samples.ts";
import { FrameBuilder } from "./frame-builder.ts";
import { addFrames, checkFraming, windowLength, type Framing } from "./framing.ts";
import { EventUnpacker, packEvents } from "./packed-events.ts";

/** Options of {@link eventDataset}. */
export interface EventDatasetOptions {
  readonly framing: Framing;
  /** Applied once to every recording while it is read. What is random in them depends on `seed` and the place. */
  readonly transforms?: readonly EventTransform[] | undefined;
  /** Applied anew each time a sample is taken for training. They must keep the size. */
  readonly augment?: readonly EventTransform[] | undefined;
  /**
   * Where the frames begin when a sample is taken for training: at the first event, or anywhere so that they end inside
   * the recording. `random` needs `splitBy: "duration"` with a number of steps.
   */
  readonly clip?: "first" | "random" | undefined;
  /** Makes so many samples of each recording, spread over it as {@link clipStarts} says; needs the same. */
  readonly clips?: number | undefined;
  /** Seed of `transforms`; 0 if left out. */
  readonly seed?: number | undefined;
  /** Called after each recording that was read. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Reads recordings and makes a data set of frames of them, [T, 2, H, W] each, OFF before ON. They are held in memory
 * sparsely: about 10 kB a sample of N-MNIST in ten frames. Augmentation that only moves pixels within the image (flip,
 * roll, shift, rotate) works on the frames, after they were counted; any other keeps the events instead, 6 bytes each,
 * and frames them anew for every batch.
 *
 * Samples differ in length only if the framing leaves the number of steps open.
 *
 * @throws ShapeError for options that do not fit each other or the recordings
 * @throws FormatError, MyelinError as reading the recordings does
 * @example
 * const train = await eventDataset(recordings, {
 *   framing: { splitBy: "number", steps: 10 },
 *   augment: [roll({ max: 2 }), eventDrop()],
 * });
 */
export async function eventDataset(
  recordings: EventRecordings,
  options: EventDatasetOptions,
): Promise<EventDataset> {
  const { framing, transforms = [], augment = [], clip = "first", clips = 1, seed = 0, onProgress } = options;
  checkOptions(framing, clip, clips);
  const keepEvents = clip === "random" || augment.some(({ drawPixelMap }) => drawPixelMap === undefined);
  const prepare = composeEvents(...transforms);
  const samples: EventSample[] = [];
  let builder: FrameBuilder | undefined;
  for (let index = 0; index < recordings.count; index++) {
    const random = new Random(streamKey(seed, STREAMS.augment, index));
    const events = inTimeOrder(prepare.apply(await recordings.read(index), random));
    builder ??= new FrameBuilder(events.height, events.width);
    checkSameSize(recordings.name, index, events, builder);
    samples.push(...samplesOf(events, { framing, clips, builder: keepEvents ? undefined : builder }));
    onProgress?.(index + 1, recordings.count);
  }
  if (!builder) throw noRecordings(recordings.name);
  const { name, classNames, sources } = recordings;
  const labels = checkedLabels(`eventDataset: ${name}`, recordings.labels, classNames.length);
  return datasetOfSamples(
    {
      name,
      classNames,
      builder,
      unpacker: new EventUnpacker(),
      clips,
      framing,
      augment,
      randomStart: clip === "random",
    },
    {
      samples,
      labels: repeatEach(labels, clips),
      sources: sources && repeatEach(sources, clips),
    },
  );
}

/** The samples that one recording gives: frames if there is a `builder`, else its events. */
function samplesOf(
  events: Events,
  { framing, clips, builder }: { framing: Framing; clips: number; builder: FrameBuilder | undefined },
): EventSample[] {
  const starts = clips === 1 ? [undefined] : Array.from(spreadStarts(events, framing, clips));
  if (builder) {
    return starts.map((start) => {
      addFrames(builder, events, framing, start);
      return { frames: builder.finish() };
    });
  }
  const packed = packEvents(events);
  return starts.map((startUs) => ({ events: packed, startUs }));
}

function spreadStarts({ t, length }: Events, framing: Framing, clips: number): Float64Array {
  const firstUs = t[0] ?? 0;
  return clipStarts({ firstUs, lastUs: t[length - 1] ?? 0 }, { clips, lengthUs: windowLength(framing) });
}

function checkOptions(framing: Framing, clip: unknown, clips: unknown): void {
  checkFraming(framing);
  if (clip !== "first" && clip !== "random") {
    throw new ShapeError(
      `eventDataset.clip: expected "first" or "random", got ${JSON.stringify(clip)}. Leave it out to begin at the first event.`,
    );
  }
  checkNumber("eventDataset.clips", clips, { integer: true, min: 1, max: 1000 }, "10 is usual for gestures.");
  const hasWindow = framing.splitBy === "duration" && framing.steps !== undefined;
  if (hasWindow || (clip === "first" && clips === 1)) return;
  throw new ShapeError(
    `eventDataset.framing: expected splitBy "duration" with steps for clip "random" or more than one clip, got ` +
      `${JSON.stringify(framing)}. Clips have a fixed duration.`,
  );
}

function checkSameSize(name: string, index: number, events: SensorSize, { width, height }: SensorSize): void {
  if (events.width === width && events.height === height) return;
  throw new ShapeError(
    `eventDataset: ${name}: expected ${width} x ${height} pixels as in recording 0, got ` +
      `${events.width} x ${events.height} in recording ${index}. Bring them to one size with downsample or crop.`,
  );
}

function noRecordings(name: string): ShapeError {
  return new ShapeError(
    `eventDataset: expected at least one recording, got 0 in ${name}. Check the folder or the selection.`,
  );
}

function repeatEach(values: ArrayLike<number>, times: number): Uint32Array {
  return Uint32Array.from({ length: values.length * times }, (_, i) => values[Math.floor(i / times)]!);
}
