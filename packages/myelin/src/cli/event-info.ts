import { openEventFile, type EventChunk } from "@myelin/data";

type Event = readonly [t: number, x: number, y: number, p: number];

/** Facts about a recording: times in microseconds as stored, p = 1 for ON. */
export interface EventInfo {
  readonly format: string;
  readonly events: number;
  /** Null for a recording without events. */
  readonly first: Event | null;
  readonly last: Event | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly tMin: number | null;
  readonly tMax: number | null;
  readonly on: number;
}

export async function fileInfo(file: string): Promise<EventInfo> {
  const reader = await openEventFile(file);
  let events = 0;
  let on = 0;
  let tMin = Infinity;
  let tMax = -Infinity;
  let first: Event | null = null;
  let last: Event | null = null;
  for await (const chunk of reader.chunks()) {
    first ??= eventAt(chunk, 0);
    last = eventAt(chunk, chunk.length - 1);
    events += chunk.length;
    for (let i = 0; i < chunk.length; i++) {
      const t = chunk.t[i] as number;
      if (t < tMin) tMin = t;
      if (t > tMax) tMax = t;
      on += chunk.p[i] as number;
    }
  }
  const { format, width = null, height = null } = reader;
  const none = events === 0;
  return {
    format,
    events,
    first,
    last,
    width,
    height,
    tMin: none ? null : tMin,
    tMax: none ? null : tMax,
    on,
  };
}

function eventAt({ t, x, y, p }: EventChunk, i: number): Event {
  return [t[i] ?? 0, x[i] ?? 0, y[i] ?? 0, p[i] ?? 0];
}
