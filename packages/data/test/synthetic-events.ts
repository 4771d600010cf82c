import { Random } from "@myelin/core";
import type { EventRecordings, Events } from "../src/index.ts";

/** Events from rows [t, x, y, p]. */
export function eventsOf(
  rows: readonly (readonly [t: number, x: number, y: number, p: number])[],
  { width = 4, height = 3 } = {},
): Events {
  return {
    width,
    height,
    length: rows.length,
    t: Float64Array.from(rows, ([t]) => t),
    x: Uint16Array.from(rows, ([, x]) => x),
    y: Uint16Array.from(rows, ([, , y]) => y),
    p: Uint8Array.from(rows, ([, , , p]) => p),
  };
}

/** The rows [t, x, y, p] of events. */
export function rowsOf({ length, t, x, y, p }: Events): number[][] {
  return Array.from({ length }, (_, i) => [t[i]!, x[i]!, y[i]!, p[i]!]);
}

/** `count` random events in order of time, within `durationUs` of `startUs`. */
export function randomEvents(
  count: number,
  { width = 8, height = 6, seed = 1, startUs = 1000, durationUs = 10_000 } = {},
): Events {
  const random = new Random(seed);
  const times = Float64Array.from({ length: count }, () => startUs + random.integer(durationUs)).sort();
  return eventsOf(
    Array.from(times, (t) => [t, random.integer(width), random.integer(height), random.integer(2)] as const),
    { width, height },
  );
}

/** Recordings of two classes that are held in memory. */
export function recordingsOf(recordings: readonly Events[], name = "synthetic"): EventRecordings {
  const { width, height } = recordings[0] ?? { width: 1, height: 1 };
  return {
    name,
    count: recordings.length,
    classNames: ["even", "odd"],
    labels: Uint32Array.from(recordings, (_, i) => i % 2),
    sources: Uint32Array.from(recordings, (_, i) => 10 * i),
    width,
    height,
    read: async (index) => recordings[index]!,
    close: async () => undefined,
  };
}
