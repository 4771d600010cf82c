import path from "node:path/posix";
import { ShapeError } from "@myelin/core";
import {
  addCounts,
  collectEvents,
  noCounts,
  openEvents,
  type EventRecordings,
  type Events,
} from "../../events/index.ts";
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
  files: readonly string[],
  classNames: readonly string[],
  extension: RegExp,
): LabelledFile[] {
  const labels = new Map(classNames.map((className, label) => [className, label]));
  return files.flatMap((file) => {
    const label = labels.get(path.basename(path.dirname(file)));
    return label !== undefined && extension.test(file) ? [{ file, label }] : [];
  });
}
