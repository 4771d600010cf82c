import { checkOptions } from "@myelin/core/checks";
import {
  describeEvents,
  type EventFileInfo,
  type EventReader,
  type OpenEventsOptions,
} from "../../events/index.ts";
import { openEventFile } from "./event-file.ts";

/** What a recording holds, and what is remarkable about its file. */
export interface EventFileReport extends Pick<EventReader, "header" | "skipped" | "timing"> {
  readonly info: EventFileInfo;
}

/** Options of {@link fileInfo}. */
export type FileInfoOptions = Pick<OpenEventsOptions, "camera">;

/**
 * Says what a recording of an event camera holds. The file is read to its end in memory of fixed size. Several cameras are
 * described side by side, unless one is chosen.
 *
 * @throws FormatError if no format fits or the file is damaged, MyelinError if it cannot be read
 * @example const { format, events, width, height } = await fileInfo("drive.raw");
 */
export async function fileInfo(file: string, options: FileInfoOptions = {}): Promise<EventFileInfo> {
  return (await inspectEventFile(file, options)).info;
}

/** As {@link fileInfo}, with the lines of the header and with how much was passed over, and why. */
export async function inspectEventFile(
  file: string,
  options: FileInfoOptions = {},
): Promise<EventFileReport> {
  const { camera = "all" } = checkOptions("fileInfo", options, { camera: true });
  const reader = await openEventFile(file, { camera });
  const info = await describeEvents(reader);
  const { header, skipped, timing } = reader;
  return { info, header, skipped, timing };
}
