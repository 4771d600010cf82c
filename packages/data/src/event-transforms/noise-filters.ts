import { ShapeError } from "@myelin/core";
import { checkNumber, checkOptions } from "@myelin/core/checks";
import type { Events } from "../events/index.ts";
import { eventsWhere, inTimeOrder } from "./select.ts";
import { eventTransform, type EventTransform } from "./transform.ts";

/**
 * Background activity filter: keeps an event only if one of the eight neighbours of its pixel had an event, of either
 * polarity and itself kept or not, at most `windowUs` before it.
 *
 * @throws MyelinError unless `windowUs` is above 0
 * @source Delbruck 2008, "Frame-free dynamic digital vision"
 */
export function denoise(options: { readonly windowUs?: number } = {}): EventTransform {
  const { windowUs = 10_000 } = checkOptions("denoise", options, { windowUs: true });
  checkNumber("denoise.windowUs", windowUs, { above: 0 }, "10000, 10 ms, is usual for N-MNIST.");
  return eventTransform("denoise", (events) => {
    const ordered = inTimeOrder(events);
    const { t, x, y, height } = ordered;
    // A border of one pixel spares the eight neighbours their edge cases.
    const stride = ordered.width + 2;
    const last = new Float64Array(stride * (height + 2)).fill(-Infinity);
    return eventsWhere(ordered, (i) => {
      const pixel = (y[i]! + 1) * stride + x[i]! + 1;
      const earliest = t[i]! - windowUs;
      last[pixel] = t[i]!;
      return (
        last[pixel - 1]! >= earliest ||
        last[pixel + 1]! >= earliest ||
        rowHas(last, pixel - stride, earliest) ||
        rowHas(last, pixel + stride, earliest)
      );
    });
  });
}

function rowHas(last: Float64Array, middle: number, earliest: number): boolean {
  return last[middle - 1]! >= earliest || last[middle]! >= earliest || last[middle + 1]! >= earliest;
}

/**
 * Refractory filter: after an event that was kept, a pixel is silent for `periodUs`: its events less than that later are
 * lost, whatever their polarity.
 *
 * @throws MyelinError unless `periodUs` is above 0
 */
export function refractory(options: { readonly periodUs: number }): EventTransform {
  const { periodUs } = checkOptions("refractory", options, { periodUs: true }, "{ periodUs: 1000 }");
  checkNumber("refractory.periodUs", periodUs, { above: 0 }, "1000 is 1 ms.");
  return eventTransform("refractory", (events) => {
    const ordered = inTimeOrder(events);
    const { t, x, y, width, height } = ordered;
    const free = new Float64Array(width * height).fill(-Infinity);
    return eventsWhere(ordered, (i) => {
      const pixel = y[i]! * width + x[i]!;
      if (t[i]! < free[pixel]!) return false;
      free[pixel] = t[i]! + periodUs;
      return true;
    });
  });
}

/** Options of {@link removeHotPixels}: at least one of the two. */
export interface HotPixelOptions {
  /** More events per second than this, over the duration of the recording, make a pixel hot. */
  readonly maxRateHz?: number;
  /** So many standard deviations above the mean count of the pixels that had events make a pixel hot. */
  readonly deviations?: number;
}

/**
 * Loses all events of hot pixels: those that fire far more often than the others.
 *
 * @throws MyelinError unless `maxRateHz` or `deviations` is given, each above 0
 */
export function removeHotPixels(options: HotPixelOptions): EventTransform {
  const known = { maxRateHz: true, deviations: true } as const;
  const { maxRateHz, deviations } = checkOptions("removeHotPixels", options, known, "{ deviations: 5 }");
  if (maxRateHz === undefined && deviations === undefined) {
    throw new ShapeError(
      "removeHotPixels: expected maxRateHz or deviations, got neither. deviations: 5 suits most recordings.",
    );
  }
  const hint = "Pixels above it lose all their events.";
  if (maxRateHz !== undefined) checkNumber("removeHotPixels.maxRateHz", maxRateHz, { above: 0 }, hint);
  if (deviations !== undefined) checkNumber("removeHotPixels.deviations", deviations, { above: 0 }, hint);
  return eventTransform("removeHotPixels", (events) => {
    const counts = countsByPixel(events);
    const limit = Math.min(rateLimit(events, maxRateHz), spreadLimit(counts, deviations));
    const { x, y, width } = events;
    return eventsWhere(events, (i) => counts[y[i]! * width + x[i]!]! <= limit);
  });
}

function countsByPixel({ x, y, width, height, length }: Events): Uint32Array {
  const counts = new Uint32Array(width * height);
  for (let i = 0; i < length; i++) counts[y[i]! * width + x[i]!]!++;
  return counts;
}

function rateLimit({ t, length }: Events, maxRateHz = Infinity): number {
  const ordered = t.toSorted();
  const seconds = length > 0 ? (ordered[length - 1]! - ordered[0]!) * 1e-6 : 0;
  return seconds > 0 ? maxRateHz * seconds : Infinity;
}

function spreadLimit(counts: Uint32Array, deviations?: number): number {
  if (deviations === undefined) return Infinity;
  const active = counts.filter((count) => count > 0);
  const mean = active.reduce((sum, count) => sum + count, 0) / active.length;
  const variance = active.reduce((sum, count) => sum + (count - mean) ** 2, 0) / active.length;
  return mean + deviations * Math.sqrt(variance);
}
