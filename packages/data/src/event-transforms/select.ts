import type { Events } from "../events/index.ts";

/** The events at `indices`, in that order (a copy). */
export function selectEvents(events: Events, indices: Uint32Array): Events {
  const length = indices.length;
  const t = new Float64Array(length);
  const x = new Uint16Array(length);
  const y = new Uint16Array(length);
  const p = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const from = indices[i]!;
    t[i] = events.t[from]!;
    x[i] = events.x[from]!;
    y[i] = events.y[from]!;
    p[i] = events.p[from]!;
  }
  return { width: events.width, height: events.height, length, t, x, y, p };
}

/** The events from the moment `begin` up to but not at `end`, of events in order of time. */
export function eventsBetween(events: Events, begin: number, end: number): Events {
  const from = firstAtOrAfter(events.t, begin);
  const to = firstAtOrAfter(events.t, end);
  const part = <A extends { subarray(from: number, to: number): A }>(array: A): A => array.subarray(from, to);
  const { t, x, y, p } = events;
  return { ...events, length: to - from, t: part(t), x: part(x), y: part(y), p: part(p) };
}

/** The events for which `keep` holds, in their order (a copy). `keep` is asked once for each, from the first on. */
export function eventsWhere(events: Events, keep: (index: number) => boolean): Events {
  const indices = new Uint32Array(events.length);
  let kept = 0;
  for (let i = 0; i < events.length; i++) if (keep(i)) indices[kept++] = i;
  return selectEvents(events, indices.subarray(0, kept));
}

/**
 * The events in ascending order of time; events of the same microsecond keep their order. Gives the same object back
 * where nothing has to move.
 */
export function inTimeOrder(events: Events): Events {
  const { t } = events;
  if (isAscending(t)) return events;
  const order = Uint32Array.from({ length: events.length }, (_, i) => i);
  return selectEvents(
    events,
    order.sort((a, b) => t[a]! - t[b]! || a - b),
  );
}

function isAscending(t: Float64Array): boolean {
  for (let i = 1; i < t.length; i++) if (t[i]! < t[i - 1]!) return false;
  return true;
}

/** The index of the first element of ascending `t` that is at least `time`; `t.length` if there is none. */
export function firstAtOrAfter(t: Float64Array, time: number): number {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (t[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
