import { ShapeError } from "@myelin/core";
import { checkOneOf, checkOptions, describeValue, refuse } from "@myelin/core/checks";
import { aedat4Encoder } from "../formats/aedat/index.ts";
import { CHUNK_EVENTS, type SensorSize } from "../decoding/index.ts";
import type { EventChunk } from "../event-chunk.ts";
import { checkedChunk } from "../valid-events.ts";
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
 * @throws ShapeError if the sensor has no valid size, an event lies outside, or its time or polarity is none
 * @example for await (const piece of encodeEvents([events], { format: "aedat4", width: 34, height: 34 })) { ... }
 */
export async function* encodeEvents(
  chunks: Iterable<EventChunk> | AsyncIterable<EventChunk>,
  options: EncodeEventsOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const known = { format: true, width: true, height: true } as const;
  const { format, width, height } = checkOptions("encodeEvents", options, known);
  checkOneOf("encodeEvents.format", format, Object.keys(ENCODERS));
  checkSides({ width, height });
  checkChunks(chunks);
  const encoder = await ENCODERS[format]({ width, height });
  yield encoder.begin();
  for await (const chunk of chunks) {
    const checked = checkedChunk("encodeEvents", chunk, { width, height });
    for (let at = 0; at < checked.length; at += CHUNK_EVENTS) {
      yield encoder.encode(partOf(checked, at, Math.min(at + CHUNK_EVENTS, checked.length)));
    }
  }
}

/** Packets stay small, however many events come at once: a reader has each of them in memory. */
function partOf({ t, x, y, p }: EventChunk, start: number, end: number): EventChunk {
  return {
    length: end - start,
    t: t.subarray(start, end),
    x: x.subarray(start, end),
    y: y.subarray(start, end),
    p: p.subarray(start, end),
  };
}

function checkChunks(chunks: Iterable<EventChunk> | AsyncIterable<EventChunk>): void {
  const isObject = typeof chunks === "object" && (chunks as object | null) !== null;
  if (isObject && (Symbol.iterator in chunks || Symbol.asyncIterator in chunks)) return;
  refuse(
    "encodeEvents",
    "chunks of events one after the other",
    chunks,
    "Pass [events] for a whole recording.",
  );
}

function checkSides({ width, height }: SensorSize): void {
  const isSide = (side: number) => Number.isInteger(side) && side >= 1 && side <= MAX_SIDE;
  if (isSide(width) && isSide(height)) return;
  throw new ShapeError(
    `encodeEvents: expected a sensor of 1 x 1 to ${MAX_SIDE} x ${MAX_SIDE}, got ${describeValue(width)} x ${describeValue(height)}. ` +
      `Give the size of the sensor.`,
  );
}
