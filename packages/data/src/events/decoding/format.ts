import type { ByteReader } from "./byte-reader.ts";
import type { DecodeCounts } from "./counts.ts";
import type { EventBuffer } from "./event-buffer.ts";

/** Columns and rows of a sensor. */
export interface SensorSize {
  readonly width: number;
  readonly height: number;
}

/** The cameras of a recording. */
export interface CameraSet {
  /** The sensor, if known, of each camera that the file or its format names. */
  readonly sensors: readonly (SensorSize | undefined)[];
  /** Whether there may be others, which only the events show. */
  readonly more: boolean;
}

/** A recording whose header has been read. */
export interface OpenRecording {
  /** Name of the format with its version, short and stable: "AEDAT 2.0", "EVT3". */
  readonly format: string;
  /** The sensor of a camera, if the file or its format says which: events outside are skipped. */
  readonly sensor?: SensorSize | undefined;
  /** Sensors that recordings of this format come from, smallest first, where the file does not say. */
  readonly likelySensors?: readonly SensorSize[];
  /** The lines of the header, as far as it is text. */
  readonly header: readonly string[];
  /** The cameras; one if absent. */
  readonly cameras?: CameraSet;
  /**
   * Decodes the rest of the file: each step puts into the empty `buffer` as many events as fit or are at
   * hand, and yields it.
   */
  decode(buffer: EventBuffer, counts: DecodeCounts): AsyncIterable<EventBuffer>;
}

/** One file format. */
export interface EventFormat {
  readonly name: string;
  /** Whether the first bytes of a file (up to {@link SNIFF_BYTES}) are of this format. */
  matches(head: Uint8Array): boolean;
  /**
   * Reads the header.
   *
   * @throws FormatError if it is damaged
   */
  open(bytes: ByteReader): Promise<OpenRecording>;
}

/** How many bytes {@link EventFormat.matches} may look at. */
export const SNIFF_BYTES = 65_536;
