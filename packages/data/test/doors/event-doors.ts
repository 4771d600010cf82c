import { Random } from "@myelin/core";
import { expect } from "vitest";
import {
  anything,
  boolean,
  callback,
  type Door,
  type Doors,
  fn,
  instance,
  integer,
  type Kind,
  kind,
  list,
  made,
  method,
  number,
  optional,
  options,
  text,
} from "../../../core/test/doors/kinds.ts";
import * as data from "../../src/browser.ts";
import {
  camera,
  cameraChoice,
  events,
  framing,
  images,
  indices,
  opaque,
  random,
  recordings,
  seed,
  sensor,
  share,
  size,
  someEvents,
  times,
} from "./samples.ts";

const transforms = data.eventTransforms;
const transform: Kind = opaque(() => transforms.roll({ max: 1 }));
const transformList: Kind = list(
  () => [transforms.roll({ max: 1 })],
  () => false,
);
const above: Kind = number(10, Number.MIN_VALUE);

/** A transform that is made with options, then applied. */
function changing<Options>(make: (options: Options) => data.EventTransform, given: Kind): Door {
  return fn(
    (chosen: Options, recording: data.Events, generator: Random) => make(chosen).apply(recording, generator),
    given,
    events,
    random,
  );
}

/** What is gone through once; nothing at all will do. */
function iterable(make: () => unknown[]): Kind {
  const isEmpty = (value: object): boolean =>
    Symbol.iterator in value && [...(value as Iterable<unknown>)].length === 0;
  return kind(make, (value) => typeof value === "object" && value !== null && isEmpty(value));
}

function someCamera(): data.EventCamera {
  return new data.EventCamera({ width: 2, height: 2 }, {}, new Random(1));
}

/** Recordings of event cameras, and frames of them. */
export const eventDoors: Doors = {
  EventCamera: made(data.EventCamera, options(size), camera, random),
  "EventCamera.see": method(
    someCamera,
    "see",
    instance(Float32Array, () => new Float32Array(4)),
    number(1),
  ),
  saccadeRecordings: fn(
    (dataset: data.ImageDataset, chosen: data.SaccadeOptions) =>
      data.saccadeRecordings(dataset, chosen).read(0),
    images,
    optional(
      options({
        ...{ camera: optional(camera), amplitude: optional(number(2.5, Number.MIN_VALUE)) },
        ...{ margin: optional(integer(3, 0)), invert: optional(boolean), seed: optional(seed) },
      }),
    ),
  ),
  motionRecordings: fn(
    data.motionRecordings,
    images,
    optional(options({ name: optional(text("moving")), seed: optional(seed) })),
  ),
  saccadePosition: fn(data.saccadePosition, number(10), number(2.5)),
  videoToEvents: fn(
    data.videoToEvents,
    iterable(() => [{ timeUs: 0, intensity: new Float32Array(16) }]),
    options({ ...size, camera: optional(camera), seed: optional(seed) }),
  ),

  createEvents: fn(
    data.createEvents,
    options({
      ...{ t: list(() => [1, 2], Number.isInteger), x: list(() => [1, 2], Number.isInteger) },
      ...{ y: list(() => [1, 2], Number.isInteger), p: list(() => [0, 1], Number.isInteger) },
      ...size,
      polarity: optional(text("binary", "binary", "signed")),
    }),
  ),
  describeEvents: fn(
    data.describeEvents,
    opaque(() => ({
      ...{ format: "none", width: 4, height: 4, cameras: [3], likelySensors: [] },
      async *chunks() {
        yield await Promise.resolve(someEvents());
      },
    })),
  ),
  encodeEvents: fn(
    async (chunks: data.EventChunk[], chosen: data.EncodeEventsOptions) => {
      for await (const piece of data.encodeEvents(chunks, chosen)) expect(piece.length).toBeGreaterThan(0);
    },
    iterable(() => [someEvents()]),
    options({ format: text("compact", "aedat4", "compact"), ...size }),
  ),
  openEvents: fn(
    async (source: Uint8Array, chosen: data.OpenEventsOptions) =>
      (await data.openEvents(source, chosen)).close(),
    opaque(() => written),
    optional(
      options({
        ...{ name: optional(text("mine")), sensor: optional(sensor), camera: optional(cameraChoice) },
      }),
    ),
  ),
  readEvents: fn(
    data.readEvents,
    opaque(() => written),
    optional(
      options({ name: optional(text("mine")), sensor: optional(sensor), camera: optional(cameraChoice) }),
    ),
  ),

  createEventTransform: fn(
    data.createEventTransform,
    text("roll", "roll"),
    optional(options({ max: number(2, 0) })),
  ),
  "eventTransforms.eventDrop": changing(
    transforms.eventDrop,
    optional(
      options({
        kinds: optional(
          list(
            () => ["time"],
            () => false,
          ),
        ),
      }),
    ),
  ),
  "eventTransforms.denoise": changing(transforms.denoise, optional(options({ windowUs: optional(above) }))),
  "eventTransforms.refractory": changing(transforms.refractory, options({ periodUs: above })),
  "eventTransforms.removeHotPixels": changing(
    transforms.removeHotPixels,
    options({ maxRateHz: optional(above), deviations: optional(above) }),
  ),
  "eventTransforms.crop": changing(
    transforms.crop,
    options({
      ...{ width: integer(3), height: integer(3) },
      at: optional(
        kind(
          () => [0, 0],
          (at) => Array.isArray(at) && at.length === 2,
        ),
      ),
    }),
  ),
  "eventTransforms.downsample": changing(transforms.downsample, options({ factor: number(2, 1) })),
  "eventTransforms.flip": changing(
    transforms.flip,
    optional(options({ axis: optional(text("x", "x", "y")), p: optional(share) })),
  ),
  "eventTransforms.roll": changing(transforms.roll, optional(options({ max: optional(integer(2, 0)) }))),
  "eventTransforms.rotate": changing(transforms.rotate, options({ degrees: number(2, 0) })),
  "eventTransforms.shift": changing(transforms.shift, optional(options({ max: optional(integer(1, 0)) }))),
  "eventTransforms.polarityFlip": changing(
    transforms.polarityFlip,
    optional(options({ p: optional(share) })),
  ),
  "eventTransforms.randomSlice": changing(transforms.randomSlice, options({ lengthUs: above })),
  "eventTransforms.timeJitter": changing(transforms.timeJitter, options({ sdUs: number(10, 0) })),
  "eventTransforms.compose": changing(transforms.compose, transform),

  checkFraming: fn(data.checkFraming, framing),
  recordingFrames: fn(
    data.recordingFrames,
    events,
    options({
      ...{ kind: anything(() => "events"), shape: opaque(() => [2, 2, 2]), seed: integer(1, -Infinity) },
      framing,
      transforms: list(
        () => [{ flip: {} }],
        (entry) => optional(options({})).allows(entry),
      ),
    }),
  ),
  frameEvents: fn(data.frameEvents, events, framing, optional(number(0))),
  sliceEvents: fn(data.sliceEvents, events, framing, optional(number(0))),
  sliceByCount: fn(data.sliceByCount, integer(10, 0), integer(2)),
  sliceByDuration: fn(data.sliceByDuration, times, above, optional(number(0))),
  sliceByNumber: fn(data.sliceByNumber, integer(10, 0), integer(2)),
  sliceByTime: fn(data.sliceByTime, times, integer(2), optional(number(0))),
  sliceWindow: fn(
    data.sliceWindow,
    times,
    options({ startUs: number(0), durationUs: above, steps: integer(2) }),
  ),
  voxelGrid: fn(data.voxelGrid, events, integer(2)),
  denseFrames: fn(data.denseFrames, opaque(someFrames)),
  resizeFrames: fn(data.resizeFrames, opaque(someFrames), options(size)),
  clipStarts: fn(
    data.clipStarts,
    options({ firstUs: number(0), lastUs: number(100) }),
    options({ clips: integer(2), lengthUs: above }),
  ),
  clipVote: fn(data.clipVote, indices(1, 0), integer(2)),
  eventDataset: fn(
    data.eventDataset,
    recordings,
    options({
      framing,
      ...{ transforms: optional(transformList), augment: optional(transformList), sensor: optional(sensor) },
      ...{ clip: optional(text("first", "first", "random")), clips: optional(integer(1)) },
      ...{ padding: optional(text("masked", "masked", "paper")), seed: optional(seed) },
      onProgress: optional(callback(() => undefined)),
    }),
  ),
};

/** A recording in Myelin's own format. */
const written = await (async () => {
  const pieces: Uint8Array[] = [];
  for await (const piece of data.encodeEvents([someEvents()], { format: "compact", width: 4, height: 4 })) {
    pieces.push(piece);
  }
  return new Uint8Array(pieces.flatMap((piece) => [...piece]));
})();

function someFrames(): data.SparseFrames {
  return data.frameEvents(someEvents(), { splitBy: "number", steps: 2 });
}
