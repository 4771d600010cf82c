import path from "node:path/posix";
import { ShapeError } from "@myelin/core";
import { warn } from "@myelin/core/checks";
import {
  addCounts,
  collectEvents,
  noCounts,
  openEvents,
  type EventRecordings,
  type Events,
} from "../../events/index.ts";
import { plural } from "../../bytes/index.ts";
import type { RecordingStore } from "./recording-store.ts";

/** What {@link storedRecordings} needs to know. */
export interface StoredRecordingsOptions {
  readonly name: string;
  readonly store: RecordingStore;
  readonly classNames: readonly string[];
  readonly width: number;
  readonly height: number;
  /** The recordings: paths in `store` with the index of their class. */
  readonly entries: readonly LabelledFile[];
  /** Changes events after reading, for instance to turn them upright. */
  readonly convert?: (events: Events) => Events;
}

/** A recording in a store. */
export interface LabelledFile {
  readonly file: string;
  readonly label: number;
}

/** Recordings with one file each. */
export function storedRecordings({
  name,
  store,
  classNames,
  width,
  height,
  entries,
  convert = (events) => events,
}: StoredRecordingsOptions): EventRecordings {
  const { skipped } = noCounts();
  return {
    name,
    skipped,
    count: entries.length,
    classNames,
    labels: Uint32Array.from(entries, ({ label }) => label),
    width,
    height,
    async read(index) {
      const { file } = entryAt(name, entries, index);
      const reader = await openEvents(store.pieces(file), { name: file, sensor: { width, height } });
      const events = await collectEvents(reader);
      addCounts(skipped, reader.skipped);
      return convert({ ...events, width, height });
    },
    close: () => store.close(),
  };
}

/**
 * Recording `index` of a list.
 *
 * @throws ShapeError if there is none
 */
export function entryAt<Entry>(name: string, entries: readonly Entry[], index: number): Entry {
  const entry = entries[index];
  if (entry !== undefined) return entry;
  throw new ShapeError(
    `${name}.read: expected a recording from 0 to ${entries.length - 1}, got ${index}. Use an index below count.`,
  );
}

/** The files that lie in a folder named after a class, with its label; others are left out. */
export function filesByClassFolder(
  { place, files }: Pick<RecordingStore, "place" | "files">,
  classNames: readonly string[],
  extension: RegExp,
): LabelledFile[] {
  const labels = new Map(classNames.map((className, label) => [className, label]));
  const passedOver: string[] = [];
  const labelled = files.flatMap((file) => {
    const label = labels.get(path.basename(path.dirname(file)));
    if (label !== undefined && extension.test(file)) return [{ file, label }];
    passedOver.push(file);
    return [];
  });
  sayPassedOver(place, passedOver, classNames);
  return labelled;
}

/** Folders that are named. */
const NAMED_FOLDERS = 5;

function sayPassedOver(place: string, files: readonly string[], classNames: readonly string[]): void {
  if (files.length === 0) return;
  const folders = [...new Set(files.map((file) => path.dirname(file)))];
  const more = folders.length > NAMED_FOLDERS ? `, and ${folders.length - NAMED_FOLDERS} more folders` : "";
  warn(
    `loadEvents: ${place}: expected recordings in folders ${classNames.join(", ")}, passed over ` +
      `${plural(files.length, "other file")} in ${folders.slice(0, NAMED_FOLDERS).join(", ")}${more}.`,
  );
}
