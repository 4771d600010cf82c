import { ShapeError, type Random } from "@myelin/core";
import { drawStart, type EventTransform } from "../event-transforms/index.ts";
import type { Events } from "../events/index.ts";
import type { SequenceBlock, SequenceDataset } from "../sequences/index.ts";
import { frameEvents, windowLength, type Framing } from "./framing.ts";
import { unpackEvents, type PackedEvents } from "./packed-events.ts";
import { POLARITIES, scatterFrames, scatterMapped, type SparseFrames } from "./sparse-frames.ts";

/** A data set of frames; see {@link eventDataset}. */
export interface EventDataset extends SequenceDataset {
  /** Samples a recording; those of one recording stand side by side. See {@link clipVote}. */
  readonly clips: number;
  select(indices: ArrayLike<number>): EventDataset;
}

/** A sample: frames once and for all, or events that are changed and framed anew each time. */
export type EventSample =
  | { readonly frames: SparseFrames }
  /** `startUs`: where its frames begin when it is not changed. */
  | { readonly events: PackedEvents; readonly startUs: number | undefined };

/** What a data set of frames is, apart from its samples. */
export interface EventDatasetFacts {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly clips: number;
  readonly framing: Framing;
  readonly augment: readonly EventTransform[];
  /** Whether frames begin at a random place when a sample is changed. */
  readonly randomStart: boolean;
}

/** The samples with a label, and perhaps a source, each. */
export interface LabelledSamples {
  readonly samples: readonly EventSample[];
  readonly labels: Uint8Array;
  readonly sources: Uint16Array | undefined;
}

type RandomOf = (sample: number) => Random;

/** Makes the data set that {@link eventDataset} gives back. */
export function datasetOfSamples(facts: EventDatasetFacts, parts: LabelledSamples): EventDataset {
  const { samples, labels, sources } = parts;
  const { name, classNames, height, width, clips } = facts;
  return {
    name,
    classNames,
    classes: classNames.length,
    clips,
    count: samples.length,
    labels,
    stepShape: [POLARITIES, height, width],
    ...(sources && { sources }),
    collate(indices, random) {
      checkIndices("collate", indices, samples.length);
      return collateFrames(facts, samples, indices, random);
    },
    select(indices) {
      checkIndices("select", indices, samples.length);
      return datasetOfSamples(facts, {
        samples: Array.from(indices, (index) => samples[index]!),
        labels: Uint8Array.from(indices, (index) => labels[index]!),
        sources: sources && Uint16Array.from(indices, (index) => sources[index]!),
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
  const drawn = Array.from(indices, (index) => drawSample(facts, samples[index]!, random?.(index)));
  const steps = drawn.reduce((longest, { frames }) => Math.max(longest, frames.steps), 0);
  const frameLength = POLARITIES * facts.height * facts.width;
  const data = new Float32Array(steps * batch * frameLength);
  const stride = batch * frameLength;
  drawn.forEach(({ frames, move }, b) => {
    if (move) move(frames, data, b * frameLength, stride);
    else scatterFrames(frames, data, b * frameLength, stride);
  });
  return { data, steps };
}

/** A sample's frames, and how they are written where their pixels move. */
interface DrawnSample {
  readonly frames: SparseFrames;
  readonly move?: typeof scatterFrames;
}

function drawSample(facts: EventDatasetFacts, sample: EventSample, random: Random | undefined): DrawnSample {
  const { framing, augment } = facts;
  if ("frames" in sample) {
    const { frames } = sample;
    return random && augment.length > 0 ? { frames, move: movePixels(facts, random) } : { frames };
  }
  const events = unpackEvents(sample.events);
  if (!random) return { frames: frameEvents(events, framing, sample.startUs) };
  const start = facts.randomStart
    ? drawStart(events.t, windowLength(framing), random.uniform())
    : sample.startUs;
  const changed = augment.reduce((current, transform) => transform.apply(current, random), events);
  checkSameSize(facts, changed);
  return { frames: frameEvents(changed, framing, start) };
}

/** Draws where the pixels of a sample go, through all transforms. */
function movePixels(facts: EventDatasetFacts, random: Random): typeof scatterFrames {
  const maps = facts.augment.map((transform) => transform.drawPixelMap!(facts, random));
  const map = maps.reduce((first, second) => first.map((pixel) => (pixel < 0 ? pixel : second[pixel]!)));
  return (frames, target, at, stride) => scatterMapped(frames, map, target, at, stride);
}

function checkSameSize({ width, height }: EventDatasetFacts, changed: Events): void {
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
