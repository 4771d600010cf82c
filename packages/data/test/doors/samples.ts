import { Random } from "@myelin/core";
import {
  instance,
  integer,
  type Kind,
  kind,
  list,
  number,
  optional,
  options,
  text,
} from "../../../core/test/doors/kinds.ts";
import {
  createEvents,
  type EventRecordings,
  type Events,
  type SequenceDataset,
  type SpikeDataset,
  spikeDataset,
  spikeSequences,
} from "../../src/browser.ts";
import { syntheticDataset } from "../synthetic.ts";

/** An object that another function makes, whose parts are checked there. */
export function opaque(make: () => unknown): Kind {
  return kind(make, () => false);
}

/** An array of numbers of any kind that may be right: what they mean is checked elsewhere. */
export function indices(...values: number[]): Kind {
  const isArray = (value: unknown): boolean =>
    Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  return kind(() => values, isArray);
}

export const images: Kind = opaque(() => syntheticDataset(6));
export const random: Kind = instance(Random, () => new Random(1));
export const seed: Kind = integer(1, -Infinity);
export const share: Kind = kind(
  () => 0.5,
  (value) => typeof value === "number" && value >= 0 && value <= 1,
);

export function someEvents(): Events {
  return createEvents({ t: [10, 20, 30], x: [0, 1, 2], y: [0, 1, 2], p: [0, 1, 1], width: 4, height: 4 });
}

export const events: Kind = opaque(someEvents);
/** Sizes of a sensor. */
export const size = { width: integer(4), height: integer(4) };
export const times: Kind = kind(
  () => Float64Array.of(10, 20, 30),
  (value) => value instanceof Float32Array || Array.isArray(value),
);

export function someSpikes(): SpikeDataset {
  return spikeDataset({
    name: "few",
    units: 4,
    classNames: ["a", "b"],
    labels: [0, 1, 0, 1],
    sources: [0, 1, 0, 1],
    times: Float32Array.of(0, 0.05, 0.1, 0.2),
    unitIds: Uint16Array.of(0, 1, 2, 3),
    offsets: Uint32Array.of(0, 1, 2, 3, 4),
  });
}

export const spikes: Kind = opaque(someSpikes);

export function someSequences(): SequenceDataset {
  return spikeSequences(someSpikes(), { pool: 1 });
}

export const sequences: Kind = opaque(someSequences);

export function someRecordings(): EventRecordings {
  const made = someEvents();
  return {
    ...{ name: "two", count: 2, classNames: ["a", "b"], labels: Uint32Array.of(0, 1), width: 4, height: 4 },
    read: () => Promise.resolve(made),
    close: () => Promise.resolve(),
  };
}

export const recordings: Kind = opaque(someRecordings);

export const camera: Kind = options({
  ...{ thresholdOn: optional(number(0.2, 0.005)), thresholdOff: optional(number(0.2, 0.005)) },
  ...{ mismatch: optional(share), refractoryUs: optional(integer(500, 0)) },
  ...{
    leakRateHz: optional(number(0.1, 0)),
    shotNoiseHz: optional(number(1, 0)),
    darkLevel: optional(share),
  },
});

export const sensor: Kind = kind(
  () => [4, 4],
  (value) => Array.isArray(value) && value.length === 2,
);
export const cameraChoice: Kind = integer(0, 0);
export const framing: Kind = options({
  splitBy: text("duration", "number", "time", "duration", "count"),
  durationUs: number(10, 0),
  steps: optional(integer(2)),
  origin: optional(number(0, 0)),
  representation: optional(text("frames", "frames", "voxelGrid", "timeSurface")),
  values: optional(text("count", "count", "binary", "max")),
  resize: optional(
    list(
      () => [2, 2],
      (side) => Number.isInteger(side),
    ),
  ),
});
