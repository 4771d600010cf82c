import { ShapeError, type Random } from "@myelin/core";
import { drawStart, type EventTransform, type PixelMap } from "../event-transforms/index.ts";
import type { Events } from "../events/index.ts";
import { pickNumbers } from "../labels.ts";
import type { SequenceBlock, SequenceDataset } from "../sequences/index.ts";
import type { FrameBuilder } from "./frame-builder.ts";
import { addFrames, windowLength, type Framing } from "./framing.ts";
import type { EventUnpacker, PackedEvents } from "./packed-events.ts";
import { denseBlock, POLARITIES, scatterFrames, scatterMapped, type SparseFrames } from "./sparse-frames.ts";

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
  /** Where its frames begin when it is not changed; at the first event if undefined. */
  readonly startUs: number | undefined;
}

/** What a data set of frames is, apart from its samples. */
export interface EventDatasetFacts {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly clips: number;
  readonly framing: Framing;
  readonly augment: readonly EventTransform[];
  /** Whether frames begin at a random place when a sample is changed. */
  readonly randomStart: boolean;
  /** Builds frames, all of the same size. */
  readonly builder: FrameBuilder;
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
  const { name, classNames, clips, builder } = facts;
  return {
    name,
    classNames,
    classes: classNames.length,
    clips,
    count: samples.length,
    labels,
    stepShape: [POLARITIES, builder.height, builder.width],
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
  const { builder, framing } = facts;
  const draw = (b: number) => drawSample(facts, samples[indices[b]!]!, random?.(indices[b]!));
  // Where all have the same number of steps, one sample is written before the next one is drawn.
  const drawn = framing.steps === undefined ? Array.from({ length: batch }, (_, b) => draw(b)) : undefined;
  const steps = framing.steps ?? drawn!.reduce((longest, { frames }) => Math.max(longest, frames.steps), 0);
  const frameLength = POLARITIES * builder.height * builder.width;
  const stride = batch * frameLength;
  const data = denseBlock("eventDataset.collate", steps, stride);
  for (let b = 0; b < batch; b++) {
    const { frames, map } = drawn?.[b] ?? draw(b);
    if (map) scatterMapped(frames, map, data, b * frameLength, stride);
    else scatterFrames(frames, data, b * frameLength, stride);
  }
  return { data, steps };
}

/** A sample's frames, and where their pixels are to go if not where they are. */
interface DrawnSample {
  readonly frames: SparseFrames;
  readonly map?: PixelMap;
}

function drawSample(facts: EventDatasetFacts, sample: EventSample, random: Random | undefined): DrawnSample {
  if (!("frames" in sample)) return { frames: frameSample(facts, sample, random) };
  const { frames } = sample;
  return random && facts.augment.length > 0 ? { frames, map: drawPixelMap(facts, random) } : { frames };
}

/** Frames of a sample that is held as events, changed if there is a `random`. */
function frameSample(
  facts: EventDatasetFacts,
  sample: PackedSample,
  random: Random | undefined,
): SparseFrames {
  const { framing, augment, builder, randomStart, unpacker } = facts;
  const events = unpacker.unpack(sample.events);
  let start = sample.startUs;
  if (random && randomStart) start = drawStart(events.t, windowLength(framing), random.uniform());
  const changed = random
    ? augment.reduce((current, transform) => transform.apply(current, random), events)
    : events;
  checkSameSize(builder, changed);
  addFrames(builder, changed, framing, start);
  return framing.steps === undefined ? builder.finish() : builder.view();
}

/** Draws where the pixels of a sample go, through all transforms. */
function drawPixelMap({ augment, builder }: EventDatasetFacts, random: Random): PixelMap {
  const maps = augment.map((transform) => transform.drawPixelMap!(builder, random));
  return maps.reduce((first, second) => first.map((pixel) => (pixel < 0 ? pixel : second[pixel]!)));
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
