import type { DecodeCounts, EventBuffer, SensorSize } from "./decoding/index.ts";

/**
 * Drops the events of `buffer` that lie outside the sensor and counts steps back in time.
 *
 * @param previous the time of the last event before these
 * @returns the time of the last event
 */
export function checkEvents(
  buffer: EventBuffer,
  sensor: SensorSize | undefined,
  { skipped, timing }: DecodeCounts,
  previous: number,
): number {
  if (sensor && hasOutside(buffer, sensor)) skipped.outsideSensor += dropOutside(buffer, sensor);
  const { t, length } = buffer;
  let last = previous;
  let backwards = 0;
  for (let i = 0; i < length; i++) {
    const time = t[i]!;
    if (time < last) backwards++;
    last = time;
  }
  timing.backwardSteps += backwards;
  return last;
}

function hasOutside({ x, y, length }: EventBuffer, { width, height }: SensorSize): boolean {
  for (let i = 0; i < length; i++) {
    if (x[i]! >= width || y[i]! >= height) return true;
  }
  return false;
}

/** Moves the events inside together; returns how many were outside. */
function dropOutside(buffer: EventBuffer, { width, height }: SensorSize): number {
  const { t, x, y, p, length } = buffer;
  let kept = 0;
  for (let i = 0; i < length; i++) {
    if (x[i]! >= width || y[i]! >= height) continue;
    t[kept] = t[i]!;
    x[kept] = x[i]!;
    y[kept] = y[i]!;
    p[kept] = p[i]!;
    kept++;
  }
  buffer.length = kept;
  return length - kept;
}
