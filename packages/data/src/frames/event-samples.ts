import { ShapeError, type Random } from "@myelin/core";
import {
  composeEvents,
  drawStart,
  eventsBetween,
  inTimeOrder,
  type EventTransform,
  type PixelMap,
  type SensorSize,
} from "../event-transforms/index.ts";
import { denseBlock } from "../budget.ts";
import { checkedEvents, type Events } from "../events/index.ts";
import { pickNumbers } from "../labels.ts";
import type { PaddingMode, SequenceBlock, SequenceDataset } from "../sequences/index.ts";
import type { FrameBuilder } from "./frame-builder.ts";
import { addFrames, hasWindow, windowLength, type Framing } from "./framing.ts";
import type { FramesOrigin } from "./splitting.ts";
import type { EventUnpacker, PackedEvents } from "./packed-events.ts";
import {
  POLARITIES,
  scatterFrames,
  scatterMapped,
  type Meeting,
  type SparseFrames,
} from "./sparse-frames.ts";

/** A data set of frames; see {@link eventDataset}. */
export interface EventDataset extends SequenceDataset {
  /** Samples a recording; those of one recording stand side by side. See {@link clipVote}. */
  readonly clips: number;
  select(indices: ArrayLike<number>): EventDataset;
}

/** A sample: frames once and for all, or events that are changed and framed anew each time. */
export type EventSample = { readonly frames: SparseFrames } | PackedSample;

interface PackedSample {
  readonly events: PackedEvents;
  /** Where its frames begin. */
  readonly startUs: number;
}

/** What a data set of frames is, apart from its samples. */
export interface EventDatasetFacts {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly clips: number;
  readonly framing: Framing;
  readonly padding: PaddingMode;
  readonly augment: readonly EventTransform[];
  /** Whether frames begin at a random place when a sample is changed. */
  readonly randomStart: boolean;
  /** Builds frames of the sensor's size. */
  readonly builder: FrameBuilder;
  /** The size of the frames. */
  readonly size: SensorSize;
  readonly unpacker: EventUnpacker;
}

/** The samples with a label, and perhaps a source, each. */
export interface LabelledSamples {
  readonly samples: readonly EventSample[];
  readonly labels: Uint32Array;
  readonly sources: Uint32Array | undefined;
}

type RandomOf = (sample: number) => Random;

/** Makes the data set that {@link eventDataset} gives back. */
export function datasetOfSamples(facts: EventDatasetFacts, parts: LabelledSamples): EventDataset {
  const { samples, labels, sources } = parts;
  const { name, classNames, clips, size } = facts;
  return {
    name,
    classNames,
    classes: classNames.length,
    clips,
    count: samples.length,
    labels,
    stepShape: [POLARITIES, size.height, size.width],
    ...(sources && { sources }),
    collate(indices, random) {
      checkIndices("collate", indices, samples.length);
      return collateFrames(facts, samples, indices, random);
    },
    select(indices) {
      checkIndices("select", indices, samples.length);
      return datasetOfSamples(facts, {
        samples: Array.from(indices, (index) => samples[index]!),
        labels: pickNumbers(labels, indices),
        sources: sources && pickNumbers(sources, indices),
      });
    },
  };
}

function collateFrames(
  facts: EventDatasetFacts,
  samples: readonly EventSample[],
  indices: ArrayLike<number>,
  random: RandomOf | undefined,
): SequenceBlock {
  const batch = indices.length;
  const { size, framing, padding } = facts;
  const draw = (b: number) => drawSample(facts, samples[indices[b]!]!, random?.(indices[b]!));
  // Where all have the same number of steps, one sample is written before the next one is drawn.
  const drawn = framing.steps === undefined ? Array.from({ length: batch }, (_, b) => draw(b)) : undefined;
  const steps = framing.steps ?? drawn!.reduce((longest, { frames }) => Math.max(longest, frames.steps), 0);
  const frameLength = POLARITIES * size.height * size.width;
  const stride = batch * frameLength;
  const data = denseBlock("eventDataset.collate", steps, stride);
  const meeting = meetingOf(framing);
  for (let b = 0; b < batch; b++) {
    const { frames, map } = drawn?.[b] ?? draw(b);
    if (map) scatterMapped(frames, map, data, b * frameLength, stride, meeting);
    else scatterFrames(frames, data, b * frameLength, stride);
  }
  const lengths = drawn && Uint32Array.from(drawn, ({ frames }) => Math.max(1, frames.steps));
  return { data, steps, ...(lengths && padding === "masked" && { lengths }) };
}

/** Events that meet at a pixel add up, but there is one or none, and of two the later one is the last. */
function meetingOf(framing: Framing): Meeting {
  const isFlag = "values" in framing && framing.values === "binary";
  return isFlag || framing.representation === "timeSurface" ? "largest" : "add";
}

/** A sample's frames, and where their pixels are to go if not where they are. */
interface DrawnSample {
  readonly frames: SparseFrames;
  readonly map?: PixelMap | undefined;
}

function drawSample(facts: EventDatasetFacts, sample: EventSample, random: Random | undefined): DrawnSample {
  if (!("frames" in sample)) return { frames: frameSample(facts, sample, random) };
  const { frames } = sample;
  return random && facts.augment.length > 0
    ? { frames, map: drawPixelMap(facts, frames, random) }
    : { frames };
}

/** Frames of a sample that is held as events, changed if there is a `random`. */
function frameSample(
  facts: EventDatasetFacts,
  sample: PackedSample,
  random: Random | undefined,
): SparseFrames {
  const events = facts.unpacker.unpack(sample.events);
  if (!random) return frame(facts, events, sample.startUs);
  const start = facts.randomStart
    ? drawStart(events.t, windowLength(facts.framing), random.uniform())
    : sample.startUs;
  // What is outside the frames is cut off first: a drop of a share is a share of what can be seen.
  const seen = hasWindow(facts.framing)
    ? eventsBetween(events, start, start + windowLength(facts.framing))
    : events;
  const changed = augmented(facts, seen, random);
  const frames = frame(facts, changed, keepsStart(facts.framing) ? start : (changed.t[0] ?? start));
  return frames.cells.length > 0 ? frames : frame(facts, seen, start);
}

/** Whether frames begin where they would without augmentation: not so with steps that divide what there is. */
function keepsStart(framing: Framing): boolean {
  const { origin = "first" } = framing as { readonly origin?: FramesOrigin };
  return hasWindow(framing) || origin !== "first";
}

function augmented({ augment, builder }: EventDatasetFacts, events: Events, random: Random): Events {
  const changed = composeEvents(...augment).apply(events, random);
  if (changed === events) return events;
  checkSameSize(builder, changed);
  return inTimeOrder(checkedEvents("eventDataset.augment", changed));
}

function frame({ framing, builder }: EventDatasetFacts, events: Events, startUs: number): SparseFrames {
  addFrames(builder, events, framing, startUs);
  return framing.steps === undefined ? builder.finish() : builder.view();
}

/** Draws where the pixels of a sample go, through all transforms but those that would leave nothing of it. */
function drawPixelMap(
  { augment, size }: EventDatasetFacts,
  frames: SparseFrames,
  random: Random,
): PixelMap | undefined {
  let map: PixelMap | undefined;
  for (const transform of augment) {
    const next = transform.drawPixelMap!(size, random);
    const both = map?.map((pixel) => (pixel < 0 ? pixel : next[pixel]!)) ?? next;
    if (keepsAny(frames, both)) map = both;
  }
  return map;
}

function keepsAny({ cells, width, height }: SparseFrames, map: PixelMap): boolean {
  const plane = width * height;
  return cells.length === 0 || cells.some((cell) => map[cell < plane ? cell : cell - plane]! >= 0);
}

function checkSameSize({ width, height }: FrameBuilder, changed: Events): void {
  if (changed.width === width && changed.height === height) return;
  throw new ShapeError(
    `eventDataset.augment: expected transforms that keep ${width} x ${height} pixels, got ` +
      `${changed.width} x ${changed.height}. Put those that change the size into transforms.`,
  );
}

function checkIndices(method: string, indices: ArrayLike<number>, count: number): void {
  const wrong = Array.from(indices).find(
    (index) => !(Number.isInteger(index) && index >= 0 && index < count),
  );
  if (indices.length > 0 && wrong === undefined) return;
  throw new ShapeError(
    `eventDataset.${method}: expected indices from 0 to ${count - 1}, got ${wrong ?? "none"}. ` +
      `The data set has ${count} samples.`,
  );
}
