import { ShapeError } from "@myelin/core";
import { checkInteger, checkNumber, checkOptions } from "@myelin/core/checks";
import { firstAtOrAfter, inTimeOrder, selectEvents } from "./select.ts";
import { eventTransform, type EventTransform } from "./transform.ts";

/**
 * Moves each event by a normally distributed time, whole microseconds, and puts the events back into order. Times stay
 * at or after that of the first event.
 *
 * @param options `sdUs`: standard deviation, microseconds
 * @throws MyelinError unless `sdUs` >= 0
 */
export function timeJitter(options: { readonly sdUs: number }): EventTransform {
  const { sdUs } = checkOptions("timeJitter", options, { sdUs: true }, "{ sdUs: 1000 }");
  checkNumber("timeJitter.sdUs", sdUs, { min: 0 }, "It is in microseconds: 1000 is 1 ms.");
  return eventTransform("timeJitter", (events, random) => {
    const ordered = inTimeOrder(events);
    const first = ordered.t[0] ?? 0;
    const t = ordered.t.map((time) => Math.max(first, time + Math.round(sdUs * random.normal())));
    return inTimeOrder({ ...ordered, t });
  });
}

/**
 * With probability `p`, turns all ON events into OFF events and the other way round.
 *
 * @throws MyelinError unless 0 <= p <= 1
 */
export function polarityFlip(options: { readonly p?: number } = {}): EventTransform {
  const { p = 0.5 } = checkOptions("polarityFlip", options, { p: true });
  checkNumber("polarityFlip.p", p, { min: 0, max: 1 }, "0.5 flips every other recording.");
  return eventTransform("polarityFlip", (events, random) =>
    random.uniform() < p ? { ...events, p: events.p.map((polarity) => 1 - polarity) } : events,
  );
}

/** Options of {@link randomSlice}: a duration or a number of events. */
export type RandomSliceOptions = { readonly lengthUs: number } | { readonly events: number };

/**
 * Cuts a random consecutive part out of a recording: `lengthUs` microseconds that begin anywhere, with equal chance,
 * between the first event and `lengthUs` before the last one, or with the next event where there is none; or `events` events that follow each other. Recordings that
 * are shorter stay whole.
 *
 * @throws MyelinError unless `lengthUs` is above 0, or `events` is an integer >= 1
 */
export function randomSlice(options: RandomSliceOptions): EventTransform {
  checkOptions<Partial<Record<"lengthUs" | "events", number>>>(
    "randomSlice",
    options,
    { lengthUs: true, events: true },
    "{ lengthUs: 100000 }",
  );
  const byTime = "lengthUs" in options;
  if (byTime) {
    checkNumber("randomSlice.lengthUs", options.lengthUs, { above: 0 }, "It is in microseconds.");
  } else if ("events" in options) {
    const hint = "It is the number of events to keep.";
    checkInteger("randomSlice.events", options.events, { min: 1 }, hint);
  } else {
    throw new ShapeError("randomSlice: expected lengthUs or events, got neither. Say how much to keep.");
  }
  return eventTransform("randomSlice", (events, random) => {
    const ordered = inTimeOrder(events);
    const { t, length } = ordered;
    if (byTime) {
      const start = drawStart(t, options.lengthUs, random.uniform());
      const begin = firstAtOrAfter(t, start);
      return consecutive(ordered, begin, firstAtOrAfter(t, start + options.lengthUs));
    }
    const kept = Math.min(options.events, length);
    const begin = random.integer(length - kept + 1);
    return consecutive(ordered, begin, begin + kept);
  });
}

/**
 * The place `fraction` (0 .. 1) between the first event and the last start from which `lengthUs` fit; where the camera was
 * silent for so long, the next event.
 */
export function drawStart(t: Float64Array, lengthUs: number, fraction: number): number {
  const first = t[0] ?? 0;
  const room = (t[t.length - 1] ?? 0) - first - lengthUs;
  const start = first + Math.max(0, room) * fraction;
  const next = t[firstAtOrAfter(t, start)] ?? start;
  return next < start + lengthUs ? start : next;
}

function consecutive(events: Parameters<typeof selectEvents>[0], begin: number, end: number) {
  return selectEvents(
    events,
    Uint32Array.from({ length: end - begin }, (_, i) => begin + i),
  );
}
