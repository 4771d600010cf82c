import { FormatError } from "@myelin/core";
import { checkOptions, checkText } from "@myelin/core/checks";
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
import {
  checkSplitOptions,
  type DividedFiles,
  type FileKind,
  openClassFiles,
  type OwnSplitOptions,
  type PassedOver,
  SPLIT_OPTIONS,
} from "../labelled/index.ts";
import { openEventFile } from "./event-file.ts";
import { commonSensor } from "./common-sensor.ts";
import { entryAt } from "./stored-recordings.ts";

/** Options of {@link openEventFolder}. */
export interface EventFolderOptions extends OwnSplitOptions {
  /** The sensor of all recordings; if left out, that of the headers, or one guess for all, which is said. */
  readonly sensor?: SensorOption | undefined;
  /** Which camera of recordings of several: its number, from 0, or "all" side by side; see `openEvents`. */
  readonly camera?: CameraOption | undefined;
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
 * Opens a folder of recordings of one's own, in any event format: `train/CLASS/FILE` and `test/CLASS/FILE`, or
 * `CLASS/FILE`, of which a share of each class is drawn for testing; or a table of files and labels in CSV. Links are
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
  const known = { ...SPLIT_OPTIONS, sensor: true, camera: true } as const;
  const { sensor, camera, ...division } = checkOptions<EventFolderOptions>("openEventFolder", options, known);
  checkSplitOptions("openEventFolder", division);
  const stated = sensor === undefined ? undefined : sensorSize("openEventFolder.sensor", sensor);
  checkCamera("openEventFolder.camera", camera);
  const files = await openClassFiles(folder, RECORDINGS, division);
  const { name, classNames, passedOver } = files;
  const size = stated ?? (await commonSensor(folder, files.all, camera));
  return {
    ...{ name, classNames, sensor: size, passedOver },
    open: (split) => openSplit(split, { size, camera, files }),
  };
}

/** Endings of recordings: such a file that cannot be read is an error. */
const ENDINGS = /\.(aedat4?|bin|bs2|dat|es|mev|raw)$/i;

/** What is used of a folder of recordings. */
export const RECORDINGS: FileKind = {
  what: "recordings",
  isWanted: async (name, place) => ENDINGS.test(name) || (await isRecording(place)),
};

async function isRecording(file: string): Promise<boolean> {
  try {
    await (await openEventFile(file)).close();
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}

interface Parts {
  readonly size: SensorSize;
  readonly camera: CameraOption | undefined;
  readonly files: DividedFiles;
}

function openSplit(split: Split, { size, camera, files }: Parts): EventRecordings {
  const { name, classNames } = files;
  const own = files.of(split);
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
