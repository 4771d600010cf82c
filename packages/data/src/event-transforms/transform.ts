import type { Random } from "@myelin/core";
import type { Events } from "../events/index.ts";

/** The size of a sensor or of a part of it, in pixels. */
export interface SensorSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Where each pixel goes: pixel `y * width + x` moves to pixel `target[y * width + x]` of an image of the same size, or
 * nowhere where that is negative.
 */
export type PixelMap = Int32Array;

/**
 * Changes a recording. It keeps its input as it is and draws from `random` only, so that the result depends on the
 * recording and the stream alone. Transforms without chance draw nothing.
 */
export interface EventTransform {
  /** The name under which recipes know it. */
  readonly name: string;
  apply(events: Events, random: Random): Events;
  /**
   * For transforms that only move pixels within the image: draws where they go. `apply` draws the same numbers for the
   * same stream. Frames that were counted once can be moved so too.
   */
  readonly drawPixelMap?: (size: SensorSize, random: Random) => PixelMap;
}

/**
 * Applies transforms one after the other.
 *
 * @example composeEvents(denoise({ windowUs: 10000 }), eventDrop())
 */
export function composeEvents(...transforms: readonly EventTransform[]): EventTransform {
  return {
    name: "compose",
    apply: (events, random) =>
      transforms.reduce((current, transform) => transform.apply(current, random), events),
  };
}
