import { Random } from "@myelin/core";
import { checkInteger, checkOptions, refuse } from "@myelin/core/checks";
import type { SensorSize } from "../event-transforms/index.ts";
import type { Events } from "../events/index.ts";
import type { CameraOptions } from "./camera-options.ts";
import { EventCamera } from "./event-camera.ts";

/** A frame of a video. */
export interface VideoFrame {
  /** When, microseconds. */
  readonly timeUs: number;
  /** f32 [H, W], grey, 0 .. 1. May be the same array each time. */
  readonly intensity: Float32Array;
}

/** Options of {@link videoToEvents}. */
export interface VideoOptions extends SensorSize {
  readonly camera?: CameraOptions | undefined;
  /** Seed of thresholds and noise; 0 if left out. */
  readonly seed?: number | undefined;
}

/**
 * What an event camera sends while it sees a video. Between two frames the logarithm of intensity runs in a straight
 * line, so objects should move by less than a pixel from frame to frame.
 *
 * @throws ShapeError for options out of range or frames that do not fit
 * @example const events = videoToEvents(frames, { width: 64, height: 48, seed: 1 });
 */
export function videoToEvents(frames: Iterable<VideoFrame>, options: VideoOptions): Events {
  checkFrames(frames);
  const known = { width: true, height: true, camera: true, seed: true } as const;
  checkOptions("videoToEvents", options, known, "{ width: 34, height: 34 }");
  const { width, height, camera = {}, seed = 0 } = options;
  checkInteger("videoToEvents.seed", seed, {});
  const eventCamera = new EventCamera({ width, height }, camera, new Random(seed));
  for (const frame of frames) {
    const { intensity, timeUs } = checkOptions(
      "videoToEvents.frames",
      frame,
      FRAME,
      "{ timeUs: 0, intensity }",
    );
    eventCamera.see(intensity, timeUs);
  }
  return eventCamera.events();
}

const FRAME = { timeUs: true, intensity: true } as const;

function checkFrames(frames: Iterable<VideoFrame>): void {
  if (typeof frames === "object" && (frames as object | null) !== null && Symbol.iterator in frames) return;
  refuse("videoToEvents", "frames { timeUs, intensity } one after the other", frames);
}
