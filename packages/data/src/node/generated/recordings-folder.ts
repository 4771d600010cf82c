import { mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { MyelinError } from "@myelin/core";
import { checkFunction, checkOptions, checkText } from "@myelin/core/checks";
import { checkRecordings, type EventRecordings } from "../../events/index.ts";
import { formatError } from "../../bytes/index.ts";
import { filesByClassFolder, folderStore, storedRecordings } from "../events/index.ts";
import { addFolder, makeFolder, unreadableFile, writeInside } from "../files/index.ts";
import type { Split } from "../dataset-spec.ts";
import { nMnistBytes } from "./n-mnist-bytes.ts";

/** Called after each recording that was written. */
export type RecordingProgress = (progress: {
  readonly split: Split;
  readonly done: number;
  readonly total: number;
}) => void;

/** The file that says what a folder of recordings holds. */
export const DESCRIPTION_FILE = "recordings.json";

const FORMAT = "myelin-recordings-1";
const FOLDERS: Readonly<Record<Split, string>> = { train: "Train", test: "Test" };
const SPLITS = ["train", "test"] as const;

/** A description is a few lines; what is larger is something else. */
const MAX_DESCRIPTION_BYTES = 1 << 20;

/** Files that are written at the same time. */
const WRITES_AT_ONCE = 32;

interface Description {
  readonly width: number;
  readonly height: number;
  readonly classNames: readonly string[];
}

/**
 * Writes recordings into a folder in the layout of N-MNIST, `Train/<label>/<number>.bin` and `Test/...`, with a
 * description beside them. The folder gets its name when all of it is written; until then, and after a failure, there is
 * nothing there.
 *
 * @throws MyelinError unless both splits are recordings, or if the folder holds something already or cannot be written
 */
export async function writeRecordings(
  folder: string,
  splits: Readonly<Record<Split, EventRecordings>>,
  onProgress?: RecordingProgress,
): Promise<void> {
  checkText("writeRecordings.folder", folder);
  checkOptions("writeRecordings.splits", splits, { train: true, test: true }, "{ train, test }");
  for (const split of SPLITS) checkRecordings(`writeRecordings.splits.${split}`, splits[split]);
  if (onProgress !== undefined) checkFunction("writeRecordings.onProgress", onProgress);
  await refuseExisting(folder);
  await makeFolder(path.dirname(folder));
  await addFolder(folder, async (aside) => {
    for (const split of SPLITS)
      await writeSplit(path.join(aside, FOLDERS[split]), split, splits[split], onProgress);
    const { width, height, classNames } = splits.train;
    const description = { format: FORMAT, name: splits.train.name, width, height, classNames };
    await writeInside(path.join(aside, DESCRIPTION_FILE), `${JSON.stringify(description, undefined, 2)}\n`);
  });
}

async function refuseExisting(folder: string): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (!there) return;
  throw new MyelinError(
    `writeRecordings: expected a folder that is not there yet, got ${folder}. Remove it or choose another name.`,
  );
}

async function writeSplit(
  folder: string,
  split: Split,
  recordings: EventRecordings,
  onProgress?: RecordingProgress,
): Promise<void> {
  for (const label of recordings.classNames.keys())
    await mkdir(path.join(folder, String(label)), { recursive: true });
  const total = recordings.count;
  const digits = Math.max(5, String(total).length);
  let writes: Promise<void>[] = [];
  try {
    for (let index = 0; index < total; index++) {
      const bytes = nMnistBytes(await recordings.read(index));
      const file = `${String(index + 1).padStart(digits, "0")}.bin`;
      writes.push(writeInside(path.join(folder, String(recordings.labels[index]), file), bytes));
      if (writes.length === WRITES_AT_ONCE || index + 1 === total) {
        await Promise.all(writes);
        writes = [];
      }
      onProgress?.({ split, done: index + 1, total });
    }
  } finally {
    // Whoever removes the folder after a failure must not meet writes that are still under way.
    await Promise.allSettled(writes);
  }
}

/** Whether a folder was written to its end. */
export async function hasRecordings(folder: string): Promise<boolean> {
  const found = await stat(path.join(folder, DESCRIPTION_FILE)).catch(() => undefined);
  return found?.isFile() ?? false;
}

/**
 * Opens a split of what {@link writeRecordings} has written.
 *
 * @throws FormatError if the description is damaged, MyelinError if the folder cannot be read
 */
export async function openRecordings(folder: string, name: string, split: Split): Promise<EventRecordings> {
  const { width, height, classNames } = await readDescription(folder);
  const store = await folderStore(path.join(folder, FOLDERS[split]));
  const labels = Array.from(classNames.keys(), String);
  const entries = filesByClassFolder(store, labels, /\.bin$/);
  return storedRecordings({ name, store, classNames, width, height, entries });
}

async function readDescription(folder: string): Promise<Description> {
  const file = path.join(folder, DESCRIPTION_FILE);
  const text = await readSmallFile(file);
  const description = parseDescription(text);
  if (description) return description;
  throw formatError({
    reader: "openRecordings",
    file: DESCRIPTION_FILE,
    byte: 0,
    expected: `a description of format ${FORMAT} with width, height and classNames`,
    got: JSON.stringify(text.slice(0, 80)),
    hint: "Remove the folder and make the data set again.",
  });
}

async function readSmallFile(file: string): Promise<string> {
  const refuse = unreadableFile("openRecordings", file);
  const { size } = await stat(file).catch(refuse);
  return size <= MAX_DESCRIPTION_BYTES ? readFile(file, "utf8").catch(refuse) : "";
}

function parseDescription(text: string): Description | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { format, width, height, classNames } = value as Record<string, unknown>;
  const named =
    Array.isArray(classNames) &&
    classNames.length >= 1 &&
    classNames.every((name): name is string => typeof name === "string");
  return format === FORMAT && isSide(width) && isSide(height) && named
    ? { width, height, classNames }
    : undefined;
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 256;
}
