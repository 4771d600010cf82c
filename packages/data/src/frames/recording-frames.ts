import { Random, ShapeError } from "@myelin/core";
import {
  checkArray,
  checkInteger,
  checkOptions,
  checkShape,
  isPlainObject,
  refuse,
} from "@myelin/core/checks";
import type { EventsInput } from "@myelin/core/runs";
import { composeEvents, createEventTransform } from "../event-transforms/index.ts";
import { checkedEvents, type Events } from "../events/index.ts";
import { STREAMS, streamKey } from "../random.ts";
import { frameEvents, type Framing } from "./framing.ts";
import { denseFrames } from "./sparse-frames.ts";

/**
 * The frames of a recording as a trained run takes them: transformed and framed as the samples that it was trained on.
 * What is random in the transforms is drawn as for the first recording of the data set.
 *
 * @param input `run.description.input` of a run on event cameras
 * @returns f32 [T, 2, H, W] for `run.predict`
 * @throws MyelinError if the recording is none, or its frames have another size
 * @example const { name } = await run.predict(recordingFrames(events, run.description.input));
 */
export function recordingFrames(events: Events, input: EventsInput): Float32Array {
  const known = { kind: true, shape: true, framing: true, transforms: true, seed: true } as const;
  checkOptions<EventsInput>("recordingFrames", input, known, "run.description.input of a run on events");
  const { framing, transforms, seed, shape } = input;
  checkShape("recordingFrames.shape", shape);
  checkArray("recordingFrames.transforms", transforms, "an array of transforms", checkTransform);
  checkInteger("recordingFrames.seed", seed, {});
  const changes = transforms.flatMap((transform) =>
    Object.entries(transform).map(([name, options]) =>
      createEventTransform(name, options as Readonly<Record<string, unknown>>),
    ),
  );
  const random = new Random(streamKey(seed, STREAMS.augment, 0));
  const changed = composeEvents(...changes).apply(checkedEvents("recordingFrames", events), random);
  const frames = frameEvents(changed, framing as Framing);
  const [, height, width] = shape;
  if (frames.height !== height || frames.width !== width) {
    throw new ShapeError(
      `recordingFrames: expected frames of ${width} x ${height} pixels, as the run was trained on, got ` +
        `${frames.width} x ${frames.height}. State the sensor of that data when the recording is read.`,
    );
  }
  return denseFrames(frames);
}

function checkTransform(symbol: string, transform: object): void {
  if (!isPlainObject(transform)) refuse(symbol, "a transform by its name, such as { flip: {} }", transform);
}
