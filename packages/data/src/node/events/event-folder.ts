import path from "node:path";
import { FormatError } from "@myelin/core";
import { checkOptions, checkText, listNames, warn } from "@myelin/core/checks";
import {
  addCounts,
  checkCamera,
  collectEvents,
  noCounts,
  sensorSize,
  type CameraOption,
  type EventRecordings,
  type SensorOption,
  type SensorSize,
} from "../../events/index.ts";
import type { Split } from "../dataset-spec.ts";
import { inNaturalOrder } from "../../natural-order.ts";
import { openEventFile } from "./event-file.ts";
import { commonSensor } from "./common-sensor.ts";
import { recordingFiles, type ClassFile, type PassedOver } from "./recording-files.ts";
import { entryAt } from "./stored-recordings.ts";

/** Options of {@link openEventFolder}. */
export interface EventFolderOptions {
  /** The sensor of all recordings; if left out, that of the headers, or one guess for all, which is said. */
  readonly sensor?: SensorOption | undefined;
  /** Which camera of recordings of several: its number, from 0, or "all" side by side; see `openEvents`. */
  readonly camera?: CameraOption | undefined;
  /** The classes in their order, as a run has stored them; those that are there if left out. */
  readonly classNames?: readonly string[] | undefined;
}

/** A folder of recordings of one's own. */
export interface EventFolder {
  readonly name: string;
  /** The classes of all splits: "2" before "10". */
  readonly classNames: readonly string[];
  /** The sensor of all recordings. */
  readonly sensor: SensorSize;
  /** How much of the folder is no recording that is used, and why. */
  readonly passedOver: PassedOver;
  /**
   * The recordings of a split.
   *
   * @throws FormatError if there are none
   */
  open(split: Split): EventRecordings;
}

/**
 * Opens a folder of recordings of one's own: `train/CLASS/FILE` and `test/CLASS/FILE`, in any event format. Links are
 * followed. There is one table of classes and one sensor for both splits. What is passed over is counted and said.
 *
 * @throws MyelinError if the folder cannot be read or a link leads to a folder that holds it
 * @throws FormatError if there is no recording, a class is not in `classNames`, headers name different sensors, or a
 * recording is damaged
 * @example const train = (await openEventFolder("gestures", { sensor: [128, 128] })).open("train");
 */
export async function openEventFolder(
  folder: string,
  options: EventFolderOptions = {},
): Promise<EventFolder> {
  checkText("openEventFolder.folder", folder);
  const known = { sensor: true, camera: true, classNames: true } as const;
  const { sensor, camera, classNames } = checkOptions("openEventFolder", options, known);
  const stated = sensor === undefined ? undefined : sensorSize("openEventFolder.sensor", sensor);
  checkCamera("openEventFolder.camera", camera);
  const { files, passedOver } = await recordingFiles(folder);
  if (files.length === 0) throw noRecordings(path.join(folder, "train"));
  const classes = classNames ?? inNaturalOrder(files.map(({ className }) => className));
  const unknown = files.find(({ className }) => !classes.includes(className));
  if (unknown) throw unknownClass(folder, unknown.className, classes);
  sayPassedOver(folder, passedOver);
  sayMissing(folder, files, classes);
  const size = stated ?? (await commonSensor(folder, files, camera));
  const name = path.basename(path.resolve(folder));
  return {
    ...{ name, classNames: classes, sensor: size, passedOver },
    open: (split) => openSplit(folder, split, { name, classNames: classes, size, camera, files }),
  };
}

interface Parts {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly size: SensorSize;
  readonly camera: CameraOption | undefined;
  readonly files: readonly ClassFile[];
}

function openSplit(
  folder: string,
  split: Split,
  { name, classNames, size, camera, files }: Parts,
): EventRecordings {
  const own = files
    .filter((file) => file.split === split)
    .sort((a, b) => classNames.indexOf(a.className) - classNames.indexOf(b.className));
  if (own.length === 0) throw noRecordings(path.join(folder, split));
  const { skipped } = noCounts();
  return {
    ...{ name, count: own.length, classNames, ...size, skipped },
    labels: Uint32Array.from(own, ({ className }) => classNames.indexOf(className)),
    async read(index) {
      const reader = await openEventFile(entryAt(name, own, index).path, { sensor: size, camera });
      const events = await collectEvents(reader);
      addCounts(skipped, reader.skipped);
      return { ...events, ...size };
    },
    close: () => Promise.resolve(),
  };
}

function sayPassedOver(folder: string, passedOver: PassedOver): void {
  const counts = Object.entries(passedOver).filter(([, count]) => (count as number) > 0);
  if (counts.length === 0) return;
  const list = counts.map(([what, count]) => `${what} ${count as number}`).join(", ");
  warn(`${folder}: expected recordings as train/CLASS/FILE and test/CLASS/FILE, passed over: ${list}.`);
}

function sayMissing(folder: string, files: readonly ClassFile[], classNames: readonly string[]): void {
  for (const split of ["train", "test"] as const) {
    const there = new Set(files.filter((file) => file.split === split).map(({ className }) => className));
    const missing = classNames.filter((name) => !there.has(name));
    if (missing.length === 0 || there.size === 0) continue;
    warn(
      `${path.join(folder, split)}: expected recordings of all ${classNames.length} classes, ` +
        `got none of ${listNames(missing)}. Labels keep their numbers.`,
    );
  }
}

function noRecordings(place: string): FormatError {
  const split = path.basename(place);
  return new FormatError(
    `${place}: expected a folder of recordings for each class, got none. Arrange them as ${split}/CLASS/FILE.`,
  );
}

function unknownClass(folder: string, className: string, classes: readonly string[]): FormatError {
  return new FormatError(
    `${folder}: expected only the classes ${listNames(classes)} that the network was trained on, got "${className}". ` +
      `The data have changed since: bring them back, or train again.`,
  );
}
