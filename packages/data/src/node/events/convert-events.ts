import path from "node:path";
import { MyelinError } from "@myelin/core";
import { checkOptions, checkText } from "@myelin/core/checks";
import {
  encodeEvents,
  WRITABLE_FORMATS,
  type CameraOption,
  type EventReader,
  type WritableFormat,
} from "../../events/index.ts";
import { checkStop } from "../check-stop.ts";
import { replaceFile } from "../files/index.ts";
import { openEventFile } from "./event-file.ts";
import { fileInfo } from "./file-info.ts";

/** Options of {@link convertEvents}. */
export interface ConvertEventsOptions {
  /** The format to write; left out, the ending of the new file's name decides. */
  readonly format?: WritableFormat | undefined;
  /** Which camera of a recording of several: its number, from 0, or "all" side by side; see `openEvents`. */
  readonly camera?: CameraOption | undefined;
  /** Stops the conversion: it throws the signal's reason, and the new file does not appear. */
  readonly signal?: AbortSignal | undefined;
}

/** What was converted. */
export interface ConvertedEvents extends Pick<EventReader, "skipped" | "timing"> {
  /** The format that was read. */
  readonly from: string;
  readonly to: WritableFormat;
  readonly events: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Writes a recording of an event camera in another format, in memory of fixed size. The new file is written aside and
 * gets its name when it is whole; one that is there already is replaced.
 *
 * @throws FormatError if the recording is damaged, or has several cameras and none is chosen, MyelinError if the format is unknown or a file cannot be read or written
 * @example await convertEvents("drive.raw", "drive.aedat4");
 */
export async function convertEvents(
  from: string,
  to: string,
  options: ConvertEventsOptions = {},
): Promise<ConvertedEvents> {
  checkText("convertEvents.from", from);
  checkText("convertEvents.to", to);
  const known = { format: true, camera: true, signal: true } as const;
  const { format, camera, signal } = checkOptions("convertEvents", options, known);
  checkStop("convertEvents.signal", signal);
  const target = format === undefined ? formatOfName(to) : checkedFormat(format);
  // Files that do not name their sensor are read twice, as the size goes to the front of the new file.
  const reader = await openEventFile(from, { camera });
  const { width, height } = await sizeOf(reader, from, camera);
  let events = 0;
  async function* counted() {
    for await (const chunk of reader.chunks()) {
      signal?.throwIfAborted();
      events += chunk.length;
      yield chunk;
    }
  }
  await replaceFile(to, encodeEvents(counted(), { format: target, width, height })).finally(() =>
    reader.close(),
  );
  return {
    from: reader.format,
    to: target,
    events,
    width,
    height,
    skipped: reader.skipped,
    timing: reader.timing,
  };
}

async function sizeOf({ width, height, close }: EventReader, file: string, camera: CameraOption | undefined) {
  if (width !== undefined && height !== undefined) return { width, height };
  try {
    const info = await fileInfo(file, { camera });
    // A recording without events has no extent; any sensor holds it.
    return { width: Math.max(1, info.width), height: Math.max(1, info.height) };
  } catch (error) {
    await close();
    throw error;
  }
}

function formatOfName(file: string): WritableFormat {
  const ending = path.extname(file).toLowerCase();
  for (const [format, usual] of Object.entries(WRITABLE_FORMATS)) {
    if (usual === ending) return format as WritableFormat;
  }
  throw unknownFormat(ending === "" ? file : ending);
}

function checkedFormat(format: string): WritableFormat {
  if (Object.hasOwn(WRITABLE_FORMATS, format)) return format as WritableFormat;
  throw unknownFormat(format);
}

function unknownFormat(got: string): MyelinError {
  const known = Object.entries(WRITABLE_FORMATS).map(([format, ending]) => `${format} (${ending})`);
  return new MyelinError(
    `convertEvents: expected one of the formats ${known.join(", ")}, got ${got}. Name the format or change the ending.`,
  );
}
