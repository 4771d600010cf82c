import { ShapeError } from "@myelin/core";
import { checkNumbers, checkOptions, describeValue } from "@myelin/core/checks";
import { ANY_SENSOR, isSensor, type SensorSize } from "./decoding/index.ts";
import type { EventChunk, Events } from "./event-chunk.ts";

/** A sensor as users state it. */
export type SensorOption = SensorSize | readonly [width: number, height: number];

/** What {@link createEvents} needs: arrays of any kind, one element per event. */
export interface EventParts extends SensorSize {
  /** Whole microseconds. */
  readonly t: ArrayLike<number>;
  /** Columns, 0 .. width-1. */
  readonly x: ArrayLike<number>;
  /** Rows, 0 .. height-1. */
  readonly y: ArrayLike<number>;
  readonly p: ArrayLike<number>;
  /** What `p` holds: `binary`, 0 = OFF and 1 = ON (if left out), or `signed`, -1 = OFF and 1 = ON. */
  readonly polarity?: "binary" | "signed" | undefined;
}

/**
 * Makes a recording of arrays of one's own after checking every event.
 *
 * @throws ShapeError unless the arrays have one length, every event lies on the sensor, times are whole microseconds from
 * 0 on, and polarities are those that `polarity` says
 * @example createEvents({ t: [10, 20], x: [3, 4], y: [0, 1], p: [-1, 1], width: 128, height: 128, polarity: "signed" })
 */
export function createEvents(all: EventParts): Events {
  checkObject("createEvents", all);
  checkOptions("createEvents", all, PARTS, "{ t, x, y, p, width: 128, height: 128 }");
  const { polarity = "binary", p, ...parts } = all;
  if (polarity !== "binary" && polarity !== "signed") {
    throw new ShapeError(
      `createEvents.polarity: expected "binary" or "signed", got ${describeValue(polarity)}. Leave it out for 0 and 1.`,
    );
  }
  const { t, x, y, width, height } = parts;
  for (const [name, values] of Object.entries({ t, x, y, p })) checkNumbers(`createEvents.${name}`, values);
  const events = { t, x, y, p: polarity === "signed" ? unsigned(p) : p, length: t.length };
  return checkedEvents("createEvents", { ...events, width, height } as unknown as Events);
}

const PARTS = { t: true, x: true, y: true, p: true, width: true, height: true, polarity: true } as const;

/** 0 and 1 for -1 and 1; -1 in a `Uint8Array` is 255. */
function unsigned(polarities: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(polarities, (polarity, event) => {
    if (polarity === 1) return 1;
    if (polarity === -1 || polarity === 255) return 0;
    throw new ShapeError(
      `createEvents: expected polarities -1 (OFF) and 1 (ON), got ${polarity} for event ${event}. ` +
        "Leave `polarity` out for 0 and 1.",
    );
  });
}

/**
 * The door of every public function that takes events: checks them, in one pass, and gives them back, in typed arrays.
 *
 * @param owner the function, for messages
 * @throws ShapeError unless the arrays have one length and each event is one: on the sensor, with a polarity of 0 or 1, at
 * a time of whole microseconds from 0 on
 */
export function checkedEvents(owner: string, events: Events): Events {
  checkObject(owner, events);
  checkSensor(owner, events);
  const chunk = checkedChunk(owner, events, events);
  return chunk === events ? events : { ...chunk, width: events.width, height: events.height };
}

/** As {@link checkedEvents}, for a part of a recording of a sensor. */
export function checkedChunk(owner: string, chunk: EventChunk, { width, height }: SensorSize): EventChunk {
  checkObject(owner, chunk);
  checkLengths(owner, chunk);
  const { t, x, y, p, length } = chunk;
  for (let i = 0; i < length; i++) {
    const isPlace = isBelow(x[i]!, width) && isBelow(y[i]!, height);
    if (!isPlace || !isBelow(p[i]!, 2) || !isTime(t[i]!)) throw badEvent(owner, chunk, i, { width, height });
  }
  if (isTyped(chunk)) return chunk;
  return {
    ...{ length, t: Float64Array.from(t), x: Uint16Array.from(x), y: Uint16Array.from(y) },
    p: Uint8Array.from(p),
  };
}

function checkObject(owner: string, events: object): void {
  if (typeof events === "object" && (events as object | null) !== null) return;
  throw new ShapeError(
    `${owner}: expected events { t, x, y, p, width, height }, got ${describeValue(events)}. createEvents makes them.`,
  );
}

/** @throws ShapeError unless there can be a sensor of this size */
export function checkSensor(owner: string, { width, height }: SensorSize): void {
  if (isSensor({ width, height })) return;
  throw new ShapeError(
    `${owner}: expected ${ANY_SENSOR}, got ${describeValue(width)} x ${describeValue(height)}. ` +
      `Give the size of the sensor.`,
  );
}

/**
 * A sensor that a user states: [width, height], or an object with both.
 *
 * @throws ShapeError unless both are whole numbers of pixels
 */
export function sensorSize(owner: string, sensor: SensorOption): SensorSize {
  const isPair = (value: SensorOption): value is readonly [number, number] => Array.isArray(value);
  const size = isPair(sensor) ? { width: sensor[0], height: sensor[1] } : sensor;
  checkSensor(owner, size);
  return { width: size.width, height: size.height };
}

/**
 * Times in ascending order, for functions that do not sort.
 *
 * @throws ShapeError for a time that is no number or earlier than the one before it
 */
export function checkAscending(owner: string, t: ArrayLike<number>): void {
  checkNumbers(`${owner}.t`, t, "Times are in microseconds.");
  for (let i = 0; i < t.length; i++) {
    if (Number.isFinite(t[i]) && (i === 0 || t[i]! >= t[i - 1]!)) continue;
    throw new ShapeError(
      `${owner}: expected times in ascending order, got ${t[i]} us for event ${i}` +
        `${i === 0 ? "" : ` after ${t[i - 1]} us`}. Sort the events by time first; frameEvents does so itself.`,
    );
  }
}

function isBelow(value: number, end: number): boolean {
  return value >= 0 && value < end && Number.isInteger(value);
}

function isTime(time: number): boolean {
  return time >= 0 && Number.isSafeInteger(time);
}

function isTyped({ t, x, y, p }: EventChunk): boolean {
  return (
    t instanceof Float64Array &&
    x instanceof Uint16Array &&
    y instanceof Uint16Array &&
    p instanceof Uint8Array
  );
}

function checkLengths(owner: string, { t, x, y, p, length }: EventChunk): void {
  const lengths = [t, x, y, p].map((array: ArrayLike<number> | undefined) => array?.length);
  if (Number.isInteger(length) && lengths.every((own) => own === length)) return;
  throw new ShapeError(
    `${owner}: expected t, x, y and p of ${String(length)} elements each, as length says, got ${lengths.join(", ")}. ` +
      `createEvents makes events of your own arrays.`,
  );
}

function badEvent(owner: string, { t, x, y, p }: EventChunk, i: number, sensor: SensorSize): ShapeError {
  const { width, height } = sensor;
  if (!isBelow(x[i]!, width) || !isBelow(y[i]!, height)) {
    return new ShapeError(
      `${owner}: expected events inside ${width} x ${height}, got one at (${describeValue(x[i])}, ${describeValue(y[i])}), event ${i}. ` +
        `Give the size of the sensor or crop the events.`,
    );
  }
  if (!isTime(t[i]!)) {
    return new ShapeError(
      `${owner}: expected times of whole microseconds from 0 on, got ${describeValue(t[i])} for event ${i}. ` +
        `Multiply seconds by 1e6 and round; count from the start of the recording.`,
    );
  }
  return new ShapeError(
    `${owner}: expected polarities 0 (OFF) and 1 (ON), got ${describeValue(p[i])}${p[i]! === 255 ? ", which is -1 in a byte," : ""} ` +
      `for event ${i}. createEvents({ ..., polarity: "signed" }) takes -1 and 1.`,
  );
}
