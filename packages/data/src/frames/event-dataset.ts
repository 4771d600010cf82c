import { Random, ShapeError } from "@myelin/core";
import {
  checkArray,
  checkFunction,
  checkInteger,
  checkOneOf,
  checkOptions,
  describeValue,
  warn,
} from "@myelin/core/checks";
import {
  checkEventTransform,
  composeEvents,
  inTimeOrder,
  type EventTransform,
  type SensorSize,
} from "../event-transforms/index.ts";
import {
  checkedEvents,
  checkRecordings,
  sensorSize,
  type EventRecordings,
  type Events,
} from "../events/index.ts";
import { PADDING_MODES, type PaddingMode } from "../sequences/index.ts";
import { STREAMS, streamKey } from "../random.ts";
import { checkedLabels } from "../labels.ts";
import { clipStarts } from "./clips.ts";
import {
  datasetOfSamples,
  type EventDataset,
  type EventDatasetFacts,
  type EventSample,
} from "./event-samples.ts";
import { FrameBuilder } from "./frame-builder.ts";
import { addFrames, checkFraming, hasWindow, resized, windowLength, type Framing } from "./framing.ts";
import { startOf } from "./origin.ts";
import { EventUnpacker, packEvents } from "./packed-events.ts";

/** Options of {@link eventDataset}. */
export interface EventDatasetOptions {
  readonly framing: Framing;
  /** Applied once to every recording while it is read. What is random in them depends on `seed` and the place. */
  readonly transforms?: readonly EventTransform[] | undefined;
  /**
   * Applied anew each time a sample is taken for training: to the part of the recording that its frames cover, where that
   * is cut out first (`splitBy: "duration"` with steps), else to all of it. They must keep the size. Where they would
   * leave no event in the frames, the sample stays as it is.
   */
  readonly augment?: readonly EventTransform[] | undefined;
  /** The sensor of all recordings, [width, height]; that of the data set if left out. */
  readonly sensor?: readonly [width: number, height: number] | undefined;
  /**
   * Where the frames begin when a sample is taken for training: where the framing says, or anywhere so that they end
   * inside the recording; at the next event where the camera was silent for so long. `random` needs `splitBy: "duration"` with a number of steps.
   */
  readonly clip?: "first" | "random" | undefined;
  /** Makes so many samples of each recording, spread over it as {@link clipStarts} says; needs the same. */
  readonly clips?: number | undefined;
  /** Whether the padding of samples of different length is left out ("masked", if left out) or counts. */
  readonly padding?: PaddingMode | undefined;
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
 * @throws MyelinError for options that do not fit each other or the recordings
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
  checkRecordings("eventDataset", recordings);
  checkAll(options);
  const { framing, augment = [], clip = "first", clips = 1, onProgress } = options;
  const padding = checkOneOf("eventDataset.padding", options.padding ?? "masked", PADDING_MODES);
  const labels = labelsOf(recordings);
  const read = reader(recordings, options);
  const samples: EventSample[] = [];
  let builder: FrameBuilder | undefined;
  for (let index = 0; index < recordings.count; index++) {
    const events = await read(index);
    builder ??= new FrameBuilder(events.height, events.width);
    checkSameSize(recordings.name, index, events, builder);
    const framesNow = keepsEvents(options) ? undefined : builder;
    const trialUs = recordings.trialStartsUs?.[index] ?? 0;
    samples.push(...samplesOf(events, { framing, clips, trialUs, builder: framesNow }));
    onProgress?.(index + 1, recordings.count);
  }
  if (!builder) throw noRecordings(recordings.name);
  const { name, classNames, sources } = recordings;
  sayBlank(name, samples, options);
  saySkipped(recordings);
  const [width, height] = framing.resize ?? [builder.width, builder.height];
  const facts: EventDatasetFacts = {
    ...{ name, classNames, clips, framing, padding, augment, builder, size: { width, height } },
    unpacker: new EventUnpacker(),
    randomStart: clip === "random",
  };
  return datasetOfSamples(facts, {
    samples,
    labels: repeatEach(labels, clips),
    sources: sources && repeatEach(sources, clips),
  });
}

/** Whether samples are held as events, as frames that were made once would not do. */
function keepsEvents({ augment = [], clip, framing }: EventDatasetOptions): boolean {
  const movesPixels = augment.every(({ drawPixelMap }) => drawPixelMap !== undefined);
  return clip === "random" || !movesPixels || (augment.length > 0 && isScaled(framing));
}

/** Whether frames have a scale that changes with what leaves them. */
function isScaled(framing: Framing): boolean {
  return "values" in framing && framing.values === "max" && framing.resize === undefined;
}

/** Reads recordings, checks them and applies what is applied once. */
function reader(
  recordings: EventRecordings,
  { transforms = [], sensor, seed = 0 }: EventDatasetOptions,
): (index: number) => Promise<Events> {
  const stated = sensor === undefined ? undefined : sensorSize("eventDataset.sensor", sensor);
  const prepare = composeEvents(...transforms);
  return async (index) => {
    const owner = `eventDataset: ${recordings.name}: recording ${index}`;
    const events = checkedEvents(owner, { ...(await recordings.read(index)), ...stated });
    if (!stated) checkSensorOf(recordings, index, events);
    const random = new Random(streamKey(seed, STREAMS.augment, index));
    const prepared = prepare.apply(events, random);
    if (prepared.length === 0 && events.length > 0) throw emptied(owner, events);
    return inTimeOrder(prepared === events ? events : checkedEvents(`${owner}, transformed`, prepared));
  };
}

function labelsOf({ name, labels, classNames, count }: EventRecordings): Uint32Array {
  if (labels.length === count) return checkedLabels(`eventDataset: ${name}`, labels, classNames.length);
  throw new ShapeError(
    `eventDataset: ${name}: expected a label for each of ${count} recordings, got ${labels.length}. ` +
      `labels has one class index per recording.`,
  );
}

/** What cannot be helped is said: a network learns nothing from frames without events but their label. */
function sayBlank(name: string, samples: readonly EventSample[], options: EventDatasetOptions): void {
  const blank = samples.filter((sample) => isBlank(sample, options)).length;
  if (blank === 0) return;
  const { clips = 1 } = options;
  warn(
    clips === 1
      ? `eventDataset: ${name}: expected events in all of ${samples.length} samples, got none in ${blank} of them. ` +
          `Look at these recordings, or choose longer frames.`
      : `eventDataset: ${name}: expected events in all of ${samples.length} clips, ${clips} a recording, got none in ` +
          `${blank} of them, where the camera was silent. Choose longer frames or fewer clips.`,
  );
}

/** A clip that begins anywhere begins where there are events, if there are any. */
function isBlank(sample: EventSample, { framing, clip }: EventDatasetOptions): boolean {
  if ("frames" in sample) return sample.frames.cells.length === 0;
  const { events, startUs } = sample;
  if (clip === "random" || !hasWindow(framing)) return events.cells.length === 0;
  const start = startUs - events.startUs;
  const end = start + windowLength(framing);
  return !events.times.some((time) => time >= start && time < end);
}

function saySkipped({ name, skipped }: EventRecordings): void {
  if (!skipped || skipped.outsideSensor + skipped.trailingBytes === 0) return;
  warn(
    `eventDataset: ${name}: expected whole recordings of one sensor, passed over ${skipped.outsideSensor} events ` +
      `outside of it and ${skipped.trailingBytes} bytes of recordings that were cut short.`,
  );
}

/** How samples are made of a recording. */
interface Sampling {
  readonly framing: Framing;
  readonly clips: number;
  /** Time 0 of its trial. */
  readonly trialUs: number;
  readonly builder: FrameBuilder | undefined;
}

/** The samples that one recording gives: frames if there is a `builder`, else its events. */
function samplesOf(events: Events, { framing, clips, trialUs, builder }: Sampling): EventSample[] {
  const starts =
    clips === 1
      ? [startOf(events.t, framing, { trialUs })]
      : Array.from(spreadStarts(events, framing, clips));
  if (builder) {
    return starts.map((start) => {
      addFrames(builder, events, framing, start);
      return { frames: resized(builder.finish(), framing) };
    });
  }
  const packed = packEvents(events);
  return starts.map((startUs) => ({ events: packed, startUs }));
}

function spreadStarts({ t, length }: Events, framing: Framing, clips: number): Float64Array {
  const firstUs = t[0] ?? 0;
  return clipStarts({ firstUs, lastUs: t[length - 1] ?? 0 }, { clips, lengthUs: windowLength(framing) });
}

const KNOWN = {
  framing: true,
  transforms: true,
  augment: true,
  sensor: true,
  clip: true,
  clips: true,
  padding: true,
  seed: true,
  onProgress: true,
} as const;

function checkAll(options: EventDatasetOptions): void {
  checkOptions("eventDataset", options, KNOWN, '{ framing: { splitBy: "number", steps: 10 } }');
  const { framing, clip = "first", clips = 1 } = options;
  checkFraming(framing);
  checkTransforms("eventDataset.transforms", options.transforms);
  checkTransforms("eventDataset.augment", options.augment);
  checkInteger("eventDataset.seed", options.seed ?? 0, {});
  if (options.onProgress !== undefined) checkFunction("eventDataset.onProgress", options.onProgress);
  if (clip !== "first" && clip !== "random") {
    throw new ShapeError(
      `eventDataset.clip: expected "first" or "random", got ${describeValue(clip)}. Leave it out to begin at the first event.`,
    );
  }
  checkInteger("eventDataset.clips", clips, { min: 1, max: 1000 }, "10 is usual for gestures.");
  checkResizing(options);
  if (clip === "first" && clips === 1) return;
  if (!hasWindow(framing)) {
    throw new ShapeError(
      `eventDataset.framing: expected splitBy "duration" with steps for clip "random" or more than one clip, got ` +
        `${JSON.stringify(framing)}. Clips have a fixed duration.`,
    );
  }
  if (framing.origin === undefined || framing.origin === "first") return;
  throw new ShapeError(
    `eventDataset.framing: expected no origin with clip "random" or more than one clip, got ` +
      `${JSON.stringify(framing.origin)}. Clips say themselves where they begin.`,
  );
}

function checkTransforms(symbol: string, transforms: readonly EventTransform[] = []): void {
  checkArray(symbol, transforms, "an array of transforms", checkEventTransform);
}

function checkResizing(options: EventDatasetOptions): void {
  if (options.framing.resize === undefined || !keepsEvents(options)) return;
  throw new ShapeError(
    `eventDataset.framing: expected no resize with clip "random" or augmentation that does more than move pixels, got ` +
      `[${options.framing.resize.join(", ")}]. Frames are resized once; use downsample in transforms instead.`,
  );
}

/** All recordings of a data set are of one sensor: a guess for each would put the same pixel in different places. */
function checkSensorOf({ name, width, height }: EventRecordings, index: number, events: SensorSize): void {
  if (events.width === width && events.height === height) return;
  throw new ShapeError(
    `eventDataset: ${name}: expected the ${width} x ${height} pixels of the data set, got ` +
      `${events.width} x ${events.height} in recording ${index}. State the sensor of all with sensor: [width, height].`,
  );
}

function checkSameSize(name: string, index: number, events: SensorSize, { width, height }: SensorSize): void {
  if (events.width === width && events.height === height) return;
  throw new ShapeError(
    `eventDataset: ${name}: expected transforms to give ${width} x ${height} pixels as for recording 0, got ` +
      `${events.width} x ${events.height} for recording ${index}. Choose transforms that give one size.`,
  );
}

function emptied(owner: string, { length }: Events): ShapeError {
  return new ShapeError(
    `${owner}: expected transforms to keep some of its ${length} events, got none. Change or leave out a transform.`,
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
