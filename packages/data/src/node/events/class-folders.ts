import { readdir } from "node:fs/promises";
import path from "node:path";
import type { EventRecordings, Events } from "../../events/index.ts";
import type { Split } from "../dataset-spec.ts";
import { folderStore, joinStores, zipStore, type RecordingStore } from "./recording-store.ts";
import { storedRecordings, type LabelledFile } from "./stored-recordings.ts";

/** How a data set without official parts lies in its folder. */
export interface ClassFolderLayout {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** The archives that it is published in, read where the folder has no unpacked recordings. */
  readonly archives: RegExp;
  /** The class of a recording by its path, undefined for other files. */
  classOf(file: string): string | undefined;
  /** The classes there may be, in their order; those found, sorted, if left out. */
  readonly classNames?: readonly string[];
  /** Changes events after reading, for instance to turn them upright. */
  readonly convert?: (events: Events) => Events;
}

/** The part of each class that is for training, as is the custom for these data sets. */
const TRAIN_SHARE = 0.9;

/** Whether a folder has recordings of the data set, unpacked or in archives. */
export async function hasClassFolders(folder: string, layout: ClassFolderLayout): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  if (names.some((name) => layout.archives.test(name))) return true;
  for (const name of names) {
    const inside = await readdir(path.join(folder, name)).catch((): string[] => []);
    if (inside.some((file) => layout.classOf(`${name}/${file}`) !== undefined)) return true;
    // N-Caltech101's archive has one more folder around its classes.
    for (const next of inside.slice(0, 1)) {
      const deeper = await readdir(path.join(folder, name, next)).catch((): string[] => []);
      if (deeper.some((file) => layout.classOf(`${next}/${file}`) !== undefined)) return true;
    }
  }
  return false;
}

/**
 * The recordings of one split. Within each class, by the order of the names' code units, the first nine tenths (rounded
 * up) are for training and the rest for testing: the usual rule where a publisher gives none.
 */
export async function readClassFolders(
  folder: string,
  split: Split,
  layout: ClassFolderLayout,
): Promise<EventRecordings> {
  const store = await openStore(folder, layout);
  const { name, width, height, convert } = layout;
  const found = store.files.flatMap((file) => {
    const className = layout.classOf(file);
    return className === undefined ? [] : [{ file, className }];
  });
  const classNames = layout.classNames ?? [...new Set(found.map(({ className }) => className))].sort();
  const entries = classNames.flatMap((className, label) => {
    const files = found.filter((entry) => entry.className === className).map(({ file }) => ({ file, label }));
    return partOf(files, split);
  });
  return storedRecordings({ name, store, classNames, width, height, entries, ...(convert && { convert }) });
}

function partOf(files: readonly LabelledFile[], split: Split): LabelledFile[] {
  const cut = Math.ceil(files.length * TRAIN_SHARE);
  return split === "train" ? files.slice(0, cut) : files.slice(cut);
}

async function openStore(folder: string, { classOf, archives }: ClassFolderLayout): Promise<RecordingStore> {
  const unpacked = await folderStore(folder);
  if (unpacked.files.some((file) => classOf(file) !== undefined)) return unpacked;
  const names = unpacked.files.filter((file) => archives.test(file));
  return joinStores(folder, await Promise.all(names.map((name) => zipStore(path.join(folder, name)))));
}
