import { checkOptions, checkText } from "@myelin/core/checks";
import { checkSource, formatError } from "../bytes/index.ts";
import type { EventChunk } from "./event-chunk.ts";
import {
  ByteReader,
  CHUNK_EVENTS,
  EventBuffer,
  noCounts,
  SNIFF_BYTES,
  type ByteSource,
  type DecodeCounts,
  type EventFormat,
  type OpenRecording,
  type SensorSize,
  type SkipCounts,
  type TimingCounts,
} from "./decoding/index.ts";
import { EVENT_FORMATS } from "./formats/index.ts";
import { checkCamera, ChosenCameras, type CameraOption } from "./cameras.ts";
import { checkEvents } from "./check-events.ts";
import { sensorSize, type SensorOption } from "./valid-events.ts";

/** Options of {@link openEvents}. */
export interface OpenEventsOptions {
  /** Name of the file in error messages. */
  readonly name?: string;
  /** The sensor, whatever the file says: events outside are skipped and counted. */
  readonly sensor?: SensorOption | undefined;
  /**
   * The camera of a recording of several: its number, from 0, or "all": side by side, x shifted by the camera times the
   * width of one sensor, `sensor` being that of all. Without it, reading events of more than one camera is an error.
   */
  readonly camera?: CameraOption | undefined;
}

const KNOWN = { name: true, sensor: true, camera: true } as const;

/** A recording that is read from front to end. */
export interface EventReader {
  /** Name of the format with its version: "AEDAT 2.0", "EVT3". */
  readonly format: string;
  /** Columns of the sensor; undefined if neither the file nor its format says. */
  readonly width: number | undefined;
  /** Rows of the sensor; undefined if neither the file nor its format says. */
  readonly height: number | undefined;
  /** Sensors that recordings of this format come from, smallest first, for files that do not say which. */
  readonly likelySensors: readonly SensorSize[];
  /** The lines of the header, as far as it is text. */
  readonly header: readonly string[];
  /** How many events each camera has so far, chosen or not, on the sensor or not; one element for one camera. */
  readonly cameras: readonly number[];
  /** How much was passed over so far, and why. */
  readonly skipped: Readonly<SkipCounts>;
  /** What is remarkable about the times so far. */
  readonly timing: Readonly<TimingCounts>;
  /** How many bytes of the file were read so far. */
  readonly bytesRead: number;
  /**
   * The events, once, in memory of fixed size: the arrays of a chunk are used again for the next one, so copy what is
   * to stay. The source is closed at the end, and when the loop is left.
   *
   * @throws FormatError with the byte offset where the file does not follow its format; at the end, with the counts, if
   * there are events of several cameras and none was chosen
   */
  chunks(): AsyncIterable<EventChunk>;
  /** Closes a source that is not read to its end. */
  close(): Promise<void>;
}

/**
 * Opens a recording of an event camera. The format is told by the bytes, not by a name.
 *
 * Events outside the sensor, data of other kinds and an incomplete end are passed over and counted; whatever else does
 * not follow the format is an error.
 *
 * @param source all the bytes, or a stream of them (`response.body`, `file.stream()`)
 * @throws FormatError if no format fits, the header is damaged, or there is no such camera
 * @example for await (const { t, x, y, p } of (await openEvents(bytes)).chunks()) { ... }
 */
export async function openEvents(source: ByteSource, options: OpenEventsOptions = {}): Promise<EventReader> {
  const { name = "recording", sensor, camera } = checkOptions("openEvents", options, KNOWN);
  const stated = sensor === undefined ? undefined : sensorSize("openEvents.sensor", sensor);
  checkText("openEvents.name", name);
  checkCamera("openEvents.camera", camera);
  const bytes = new ByteReader(checkSource("openEvents", source), name);
  try {
    const head = await bytes.fill(SNIFF_BYTES);
    const recording = await detectFormat(bytes).open(bytes);
    // Small files get small memory: a data set may have ten thousands of them.
    const buffer = new EventBuffer(bytes.ended ? Math.min(head, CHUNK_EVENTS) : CHUNK_EVENTS);
    const cameras = new ChosenCameras(name, recording, { camera, stated });
    return readerOf({ bytes, recording, buffer, cameras });
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

function detectFormat(bytes: ByteReader): EventFormat {
  const head = bytes.available.subarray(0, SNIFF_BYTES);
  const format = EVENT_FORMATS.find(({ matches }) => matches(head));
  if (format) return format;
  throw formatError({
    reader: "openEvents",
    file: bytes.name,
    byte: 0,
    expected: `a recording of an event camera (${EVENT_FORMATS.map((known) => known.name).join(", ")})`,
    got: head.length === 0 ? "an empty file" : `bytes that start with ${describe(head)}`,
    hint: "Check that it is the right file and that it is not compressed.",
  });
}

/** What a recording is read with. */
interface Reading {
  readonly bytes: ByteReader;
  readonly recording: OpenRecording;
  readonly buffer: EventBuffer;
  readonly cameras: ChosenCameras;
}

function readerOf(reading: Reading): EventReader {
  const counts = noCounts();
  const { bytes, recording, cameras } = reading;
  const { format, header } = recording;
  return {
    format,
    width: cameras.sensor?.width,
    height: cameras.sensor?.height,
    likelySensors: cameras.likelySensors,
    header,
    cameras: cameras.events,
    ...counts,
    get bytesRead() {
      return bytes.offset;
    },
    chunks: () => decodeChunks(reading, counts),
    close: () => bytes.close(),
  };
}

async function* decodeChunks(
  { bytes, recording, buffer, cameras }: Reading,
  counts: DecodeCounts,
): AsyncGenerator<EventChunk> {
  let previous = -Infinity;
  try {
    for await (const filled of recording.decode(buffer, counts)) {
      cameras.take(filled, counts.skipped);
      previous = checkEvents(filled, cameras.sensor, counts, previous);
      if (filled.length > 0) yield cameras.chunk(filled);
      filled.length = 0;
    }
    cameras.finish();
  } finally {
    await bytes.close();
  }
}

/** The first line if it is text, otherwise the first bytes in hexadecimal digits. */
function describe(head: Uint8Array): string {
  const text = /^[ -~]+(?=\r?\n|$)/.exec(String.fromCharCode(...head.subarray(0, 60)))?.[0];
  if (text !== undefined) return JSON.stringify(text);
  return Array.from(head.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
