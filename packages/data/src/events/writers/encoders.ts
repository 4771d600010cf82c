import { ShapeError } from "@myelin/core";
import { aedat4Encoder } from "../aedat/index.ts";
import type { SensorSize } from "../decoding/index.ts";
import type { EventChunk } from "../event-chunk.ts";
import type { EventEncoder } from "../event-encoder.ts";
import { compactEncoder } from "./compact-encoder.ts";

/** Formats that can be written: AEDAT 4.0 with LZ4, and Myelin's own. */
export type WritableFormat = "aedat4" | "compact";

/** Every format that can be written, with the usual ending of its files. */
export const WRITABLE_FORMATS: Readonly<Record<WritableFormat, string>> = {
  aedat4: ".aedat4",
  compact: ".mev",
};

const ENCODERS: Readonly<
  Record<WritableFormat, (sensor: SensorSize) => EventEncoder | Promise<EventEncoder>>
> = {
  aedat4: aedat4Encoder,
  compact: compactEncoder,
};

/** Neither format has more bits for an address. */
const MAX_SIDE = 32_768;

/** Options of {@link encodeEvents}. */
export interface EncodeEventsOptions extends SensorSize {
  readonly format: WritableFormat;
}

/**
 * Writes events as the bytes of a file, piece by piece.
 *
 * @param chunks the events in order, or all at once
 * @throws ShapeError if the sensor has no valid size or an event lies outside
 * @example for await (const piece of encodeEvents([events], { format: "aedat4", width: 34, height: 34 })) { ... }
 */
export async function* encodeEvents(
  chunks: Iterable<EventChunk> | AsyncIterable<EventChunk>,
  { format, width, height }: EncodeEventsOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  checkSensor({ width, height });
  const encoder = await ENCODERS[format]({ width, height });
  yield encoder.begin();
  for await (const chunk of chunks) {
    checkInside(chunk, { width, height });
    if (chunk.length > 0) yield encoder.encode(chunk);
  }
}

function checkSensor({ width, height }: SensorSize): void {
  const isSide = (side: number) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE;
  if (isSide(width) && isSide(height)) return;
  throw new ShapeError(
    `encodeEvents: expected a sensor of 1 x 1 to ${MAX_SIDE} x ${MAX_SIDE}, got ${width} x ${height}. ` +
      `Give the size of the sensor.`,
  );
}

function checkInside({ x, y, length }: EventChunk, { width, height }: SensorSize): void {
  for (let i = 0; i < length; i++) {
    if (x[i]! < width && y[i]! < height) continue;
    throw new ShapeError(
      `encodeEvents: expected events inside ${width} x ${height}, got one at (${x[i]}, ${y[i]}). ` +
        `Give the size of the sensor or crop the events.`,
    );
  }
}
