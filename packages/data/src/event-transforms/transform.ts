import { Random, ShapeError } from "@myelin/core";
import { checkInstance, refuse } from "@myelin/core/checks";
import { checkedEvents, type Events } from "../events/index.ts";

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
  /** The changed events; `events` stay as they are. */
  apply(events: Events, random: Random): Events;
  /**
   * For transforms that only move pixels within the image: draws where they go. `apply` draws the same numbers for the
   * same stream. Frames that were counted once can be moved so too.
   */
  readonly drawPixelMap?: (size: SensorSize, random: Random) => PixelMap;
}

/**
 * Makes a transform that checks what it is given, and that never empties a recording: where no event would be left, all of
 * them stay as they are.
 *
 * @param change what it does to events that were checked
 */
export function eventTransform(
  name: string,
  change: EventTransform["apply"],
  drawPixelMap?: EventTransform["drawPixelMap"],
): EventTransform {
  return {
    name,
    apply(events, random) {
      const checked = checkedEvents(name, events);
      checkInstance(`${name}.random`, random, Random, "a generator such as new Random(1)");
      const changed = change(checked, random);
      return changed.length > 0 || checked.length === 0 ? changed : unchanged(name, checked, changed);
    },
    ...(drawPixelMap && { drawPixelMap }),
  };
}

/** @throws ShapeError if the events cannot stay, as the size is another one */
function unchanged(name: string, events: Events, { width, height }: SensorSize): Events {
  if (events.width === width && events.height === height) return events;
  throw new ShapeError(
    `${name}: expected to keep some of the ${events.length} events, got none inside ${width} x ${height} pixels. ` +
      `Choose a larger window or another place.`,
  );
}

/** @throws MyelinError unless it is a transform of events */
export function checkEventTransform(symbol: string, transform: EventTransform): void {
  const isObject = typeof transform === "object" && (transform as object | null) !== null;
  if (isObject && typeof (transform as Partial<EventTransform>).apply === "function") return;
  refuse(symbol, "a transform of events such as eventTransforms.roll()", transform);
}

/**
 * Applies transforms one after the other.
 *
 * @example composeEvents(denoise({ windowUs: 10000 }), eventDrop())
 */
export function composeEvents(...transforms: readonly EventTransform[]): EventTransform {
  for (const [i, transform] of transforms.entries()) checkEventTransform(`compose[${i}]`, transform);
  return {
    name: "compose",
    apply: (events, random) =>
      transforms.reduce((current, transform) => transform.apply(current, random), events),
  };
}
