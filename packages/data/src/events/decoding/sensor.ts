import { formatError } from "../../bytes/index.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { SensorSize } from "./format.ts";

/** Addresses have 16 bits. */
const MAX_SIDE = 65_536;

/** Sixteen times the largest event camera: 4096 x 4096. */
const MAX_PIXELS = 2 ** 24;

/** What a sensor has to be, for messages. */
export const ANY_SENSOR = `a sensor of 1 x 1 to ${MAX_SIDE} x ${MAX_SIDE} with at most ${MAX_PIXELS} pixels`;

/** Whether there can be a sensor of this size. */
export function isSensor({ width, height }: { readonly width: unknown; readonly height: unknown }): boolean {
  return isSide(width) && isSide(height) && width * height <= MAX_PIXELS;
}

function isSide(side: unknown): side is number {
  return Number.isInteger(side) && (side as number) >= 1 && (side as number) <= MAX_SIDE;
}

/**
 * The size of the sensor that a header at `byte` states.
 *
 * @throws FormatError if there can be none of this size
 */
export function statedSensor({ name }: ByteReader, byte: number, sensor: SensorSize): SensorSize {
  if (isSensor(sensor)) return sensor;
  throw formatError({
    reader: "openEvents",
    file: name,
    byte,
    expected: ANY_SENSOR,
    got: `${sensor.width} x ${sensor.height}`,
    hint: "The header is damaged: get the file again.",
  });
}
