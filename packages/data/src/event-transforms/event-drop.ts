import { type Random, ShapeError } from "@myelin/core";
import { checkArray, checkOneOf, checkOptions } from "@myelin/core/checks";
import type { Events } from "../events/index.ts";
import { eventsWhere } from "./select.ts";
import { eventTransform, type EventTransform } from "./transform.ts";

/** What {@link eventDrop} may do to a recording. */
export const EVENT_DROP_KINDS = ["none", "time", "area", "random"] as const;

/** A way of losing events. */
export type EventDropKind = (typeof EVENT_DROP_KINDS)[number];

/**
 * Loses events in one of four ways, all equally likely:
 *
 *   none     nothing is lost
 *   time     a window of time: from a fraction U(0, 1) of the duration on, {0.1, 0.2 ... 0.9} of the duration long
 *   area     a rectangle of {0.05, 0.10 ... 0.95} of the width and of the height, its corner anywhere on the sensor
 *   random   each event with the same probability, {0.1, 0.2 ... 0.9}
 *
 * Windows and rectangles may reach beyond the end or the edge, where there is nothing to lose.
 *
 * @param options `kinds`: the ways to choose from; all four if left out
 * @throws ShapeError unless every kind is one of the four
 * @source Gu, Sng, Hu & Yu 2021, "EventDrop: Data Augmentation for Event-based Learning"; ranges as ASA-SNN uses them
 * (Yao et al. 2023), times relative to the first event
 */
export function eventDrop(options: { readonly kinds?: readonly EventDropKind[] } = {}): EventTransform {
  const { kinds = EVENT_DROP_KINDS } = checkOptions("eventDrop", options, { kinds: true });
  checkArray("eventDrop.kinds", kinds, "an array of kinds", (symbol, kind) =>
    checkOneOf(symbol, kind, EVENT_DROP_KINDS),
  );
  if (kinds.length === 0) {
    throw new ShapeError(
      `eventDrop.kinds: expected some of ${EVENT_DROP_KINDS.join(", ")}, got [${kinds.join(", ")}]. ` +
        `Leave it out for all four.`,
    );
  }
  return eventTransform("eventDrop", (events, random) =>
    DROPS[kinds[random.integer(kinds.length)]!](events, random),
  );
}

const DROPS: Readonly<Record<EventDropKind, EventTransform["apply"]>> = {
  none: (events) => events,
  time: dropWindow,
  area: dropArea,
  random: dropEach,
};

function dropWindow(events: Events, random: Random): Events {
  const { t, length } = events;
  const { first, last } = timeRange(t, length);
  const start = first + random.uniform() * (last - first);
  const end = start + tenths(random) * (last - first);
  return eventsWhere(events, (i) => t[i]! < start || t[i]! > end);
}

function dropArea(events: Events, random: Random): Events {
  const { x, y, width, height } = events;
  const part = (1 + random.integer(19)) / 20;
  const left = random.integer(width);
  const top = random.integer(height);
  const right = left + Math.floor(part * width);
  const bottom = top + Math.floor(part * height);
  return eventsWhere(events, (i) => x[i]! < left || x[i]! >= right || y[i]! < top || y[i]! >= bottom);
}

function dropEach(events: Events, random: Random): Events {
  const part = tenths(random);
  return eventsWhere(events, () => random.uniform() >= part);
}

function tenths(random: Random): number {
  return (1 + random.integer(9)) / 10;
}

function timeRange(t: Float64Array, length: number): { first: number; last: number } {
  let first = t[0] ?? 0;
  let last = first;
  for (let i = 1; i < length; i++) {
    first = Math.min(first, t[i]!);
    last = Math.max(last, t[i]!);
  }
  return { first, last };
}
