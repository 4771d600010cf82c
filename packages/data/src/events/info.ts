import { refuse } from "@myelin/core/checks";
import { Extent, sensorOf } from "./extent.ts";
import type { EventChunk } from "./event-chunk.ts";
import type { EventReader } from "./open.ts";

/** An event in the order of files: time in microseconds, column, row, polarity (1 = ON). */
export type EventTuple = readonly [t: number, x: number, y: number, p: number];

/** What a recording holds. */
export interface EventFileInfo {
  /** Name of the format with its version: "AEDAT 2.0", "EVT3". */
  readonly format: string;
  /** Number of events. */
  readonly events: number;
  /** The first event in the file; null if there is none. */
  readonly first: EventTuple | null;
  /** The last event in the file; null if there is none. */
  readonly last: EventTuple | null;
  /** Columns of the sensor; of files that do not say, the size that their cameras or addresses tell. */
  readonly width: number;
  /** Rows of the sensor. */
  readonly height: number;
  /** The earliest time in microseconds; null if there is no event. */
  readonly tMin: number | null;
  /** The latest time in microseconds; null if there is no event. */
  readonly tMax: number | null;
  /** Number of ON events. */
  readonly on: number;
  /** How many events each camera has, on the sensor or not; only where there are several. */
  readonly cameras?: readonly number[];
}

/**
 * Reads a recording to its end and says what it holds, in memory of fixed size. What was passed over is counted in the
 * reader.
 *
 * @throws FormatError where the file does not follow its format
 */
export async function describeEvents(reader: EventReader): Promise<EventFileInfo> {
  if (typeof (reader as Partial<EventReader> | null)?.chunks !== "function" || !("cameras" in reader)) {
    refuse("describeEvents", "a reader such as openEvents gives", reader);
  }
  const extent = new Extent();
  const summary = new Summary();
  for await (const chunk of reader.chunks()) {
    extent.add(chunk);
    summary.add(chunk);
  }
  const { events, first, last, tMin, tMax, on } = summary;
  const isEmpty = events === 0;
  return {
    format: reader.format,
    events,
    first,
    last,
    ...sensorOf(reader, extent),
    tMin: isEmpty ? null : tMin,
    tMax: isEmpty ? null : tMax,
    on,
    ...(reader.cameras.length > 1 && { cameras: [...reader.cameras] }),
  };
}

class Summary {
  events = 0;
  first: EventTuple | null = null;
  last: EventTuple | null = null;
  tMin = Infinity;
  tMax = -Infinity;
  on = 0;

  add(chunk: EventChunk): void {
    const { length, t, p } = chunk;
    this.first ??= eventAt(chunk, 0);
    this.last = eventAt(chunk, length - 1);
    this.events += length;
    let { tMin, tMax, on } = this;
    for (let i = 0; i < length; i++) {
      const time = t[i]!;
      if (time < tMin) tMin = time;
      if (time > tMax) tMax = time;
      on += p[i]!;
    }
    Object.assign(this, { tMin, tMax, on });
  }
}

function eventAt({ t, x, y, p }: EventChunk, i: number): EventTuple {
  return [t[i]!, x[i]!, y[i]!, p[i]!];
}
