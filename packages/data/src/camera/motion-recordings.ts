import { Random } from "@myelin/core";
import { checkInteger, checkOptions, checkText } from "@myelin/core/checks";
import type { EventRecordings, Events } from "../events/index.ts";
import { checkImages, type ImageDataset } from "../images/index.ts";
import { streamKey } from "../random.ts";
import type { CameraOptions } from "./camera-options.ts";
import { EventCamera } from "./event-camera.ts";
import { generatedRecordings } from "./generated-recordings.ts";
import { paint, pictureOf, type Picture, type Pose } from "./picture.ts";

/** Columns and rows of the sensor: 28 x 28 pixels and room to move. */
const SENSOR = { width: 34, height: 34 } as const;

/** Duration of a recording and time between two frames that the camera sees. */
const DURATION_US = 200_000;
const FRAME_US = 4000;

/** A noisy camera: about a third of its events are noise. */
const CAMERA: CameraOptions = {
  thresholdOn: 0.5,
  thresholdOff: 0.5,
  mismatch: 0.2,
  leakRateHz: 0.5,
  shotNoiseHz: 4,
  refractoryUs: 1000,
};

/** Patches of other pictures that drift through the background: how many, and their side in pixels. */
const PATCHES = 2;
const PATCH_SIDE = 8;
/** Their brightness, as a part of that of the picture they were cut from. */
const PATCH_BRIGHTNESS = 0.7;

/** Speeds, pixels per second: of the picture, and of patches. */
const SPEED = [20, 45] as const;
const PATCH_SPEED = [30, 90] as const;

/** How far the picture's centre may be from the canvas' centre, pixels: there it turns round. */
const ROOM = 4;

/** Largest angle of the picture at the start, and largest turn, radians and radians per second. */
const TILT = 0.2;
const TURN = 0.8;

/**
 * Pictures in motion before a restless background, seen by a noisy event camera: each picture drifts in a random
 * direction, turns a little, and bounces off the borders, while small patches of other pictures drift past, and a third
 * of the events is noise. 200 ms on 34 x 34 pixels.
 *
 * A harder relative of the saccade recordings: what matters is a part of the image, at a place that changes. A recording
 * depends on the images, its place and the seed alone.
 */
export function motionRecordings(
  dataset: ImageDataset,
  options: { readonly name?: string; readonly seed?: number } = {},
): EventRecordings {
  checkImages("motionRecordings", dataset);
  checkOptions("motionRecordings", options, { name: true, seed: true });
  const { name = `${dataset.name}-motion`, seed = 0 } = options;
  checkText("motionRecordings.name", name);
  checkInteger("motionRecordings.seed", seed, {});
  return generatedRecordings(dataset, name, SENSOR, (index) => {
    const random = new Random(streamKey(seed, index));
    const picture = pictureOf(dataset, index);
    const patches = Array.from({ length: PATCHES }, () => {
      const other = pictureOf(dataset, random.integer(dataset.count));
      return { picture: cutPatch(other, random), move: drift(random, PATCH_SPEED, SENSOR.width / 2) };
    });
    const actors = [{ picture, move: wander(random) }, ...patches];
    return record(actors, random);
  });
}

/** A picture and where it stands at a time. */
interface Actor {
  readonly picture: Picture;
  readonly move: (seconds: number) => Pose;
}

function record(actors: readonly Actor[], random: Random): Events {
  const camera = new EventCamera(SENSOR, CAMERA, random);
  const canvas = new Float32Array(SENSOR.width * SENSOR.height);
  for (let time = 0; time <= DURATION_US; time += FRAME_US) {
    canvas.fill(0);
    for (const { picture, move } of actors) paint(canvas, SENSOR, picture, move(time * 1e-6));
    camera.see(canvas, time);
  }
  return camera.events();
}

/** The picture's own way: straight, slowly turning, and back from the borders. */
function wander(random: Random): Actor["move"] {
  const straight = drift(random, SPEED, ROOM);
  const tilt = between(random, [-TILT, TILT]);
  const turn = between(random, [-TURN, TURN]);
  return (seconds) => {
    const { x, y } = straight(seconds);
    return { x: bounce(x, ROOM), y: bounce(y, ROOM), angle: tilt + turn * seconds };
  };
}

/** A straight way from anywhere within `room` of the centre, in any direction. */
function drift(random: Random, speeds: readonly [number, number], room: number): Actor["move"] {
  const x = between(random, [-room, room]);
  const y = between(random, [-room, room]);
  const direction = between(random, [0, 2 * Math.PI]);
  const speed = between(random, speeds);
  return (seconds) => ({
    x: x + speed * Math.cos(direction) * seconds,
    y: y + speed * Math.sin(direction) * seconds,
  });
}

/** The place within -room .. room to which a straight way leads that is thrown back at both ends. */
function bounce(place: number, room: number): number {
  const period = 4 * room;
  const since = (((place + room) % period) + period) % period;
  return (since > 2 * room ? period - since : since) - room;
}

function cutPatch({ pixels, width, height }: Picture, random: Random): Picture {
  const left = random.integer(width - PATCH_SIDE + 1);
  const top = random.integer(height - PATCH_SIDE + 1);
  const patch = Float32Array.from({ length: PATCH_SIDE * PATCH_SIDE }, (_, i) => {
    const row = Math.floor(i / PATCH_SIDE);
    return PATCH_BRIGHTNESS * pixels[(top + row) * width + left + (i % PATCH_SIDE)]!;
  });
  return { width: PATCH_SIDE, height: PATCH_SIDE, pixels: patch };
}

function between(random: Random, [smallest, largest]: readonly [number, number]): number {
  return smallest + (largest - smallest) * random.uniform();
}
