import type { DecodeCounts, EventBuffer, SensorSize } from "./decoding/index.ts";

/**
 * Drops the events of `buffer` that lie outside the sensor or at a time that is none, and counts steps back in time.
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
  skipped.outsideSensor += dropOutside(buffer, sensor);
  skipped.impossibleTime += dropImpossible(buffer);
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

/** Drops the events whose time is none. */
function dropImpossible(buffer: EventBuffer): number {
  const { t, length } = buffer;
  let all = true;
  for (let i = 0; i < length; i++) all &&= isTime(t[i]!);
  return all ? 0 : keepEvents(buffer, (i) => isTime(t[i]!));
}

/** Whole microseconds from 0 on; all decoders give whole numbers. */
function isTime(time: number): boolean {
  return time >= 0 && time <= Number.MAX_SAFE_INTEGER;
}

function hasOutside({ x, y, length }: EventBuffer, { width, height }: SensorSize): boolean {
  for (let i = 0; i < length; i++) {
    if (x[i]! >= width || y[i]! >= height) return true;
  }
  return false;
}

/** Drops the events outside the sensor, if it is known; returns how many those were. */
export function dropOutside(buffer: EventBuffer, sensor: SensorSize | undefined): number {
  if (!sensor || !hasOutside(buffer, sensor)) return 0;
  const { x, y } = buffer;
  return keepEvents(buffer, (i) => x[i]! < sensor.width && y[i]! < sensor.height);
}

/** Moves the events that are kept together; returns how many were not. */
export function keepEvents(buffer: EventBuffer, isKept: (index: number) => boolean): number {
  const { length } = buffer;
  let kept = 0;
  for (let i = 0; i < length; i++) {
    if (isKept(i)) buffer.move(i, kept++);
  }
  buffer.length = kept;
  return length - kept;
}
