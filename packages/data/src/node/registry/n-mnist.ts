import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { MyelinError } from "@myelin/core";
import type { EventRecordings } from "../../events/index.ts";
import { filesByClassFolder, folderStore, storedRecordings, zipStore } from "../events/index.ts";
import { countRecordings } from "./count-recordings.ts";
import type { Download, EventDatasetInfo, EventDatasetSpec, Split } from "../dataset-spec.ts";

const FOLDERS: Readonly<Record<Split, string>> = { train: "Train", test: "Test" };

const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

const INFO = {
  kind: "events",
  licence: "CC BY-SA 4.0",
  homepage: "https://www.garrickorchard.com/datasets/n-mnist",
  classNames: DIGITS,
  width: 34,
  height: 34,
} as const;

/** MNIST's digits on a screen before a moving event camera. */
export const nMnist: EventDatasetSpec = nMnistSpec(
  {
    ...INFO,
    name: "nmnist",
    description: "digits before a moving event camera, 34 x 34",
    trainCount: 60000,
    testCount: 10000,
  },
  ["NMNIST", "nmnist"],
  {
    downloads: [
      mendeley("Train.zip", "39c25547-014b-4137-a934-9d29fa53c7a0", "20959b8e626244a1b502305a9e6e2031"),
      mendeley("Test.zip", "05a4d654-7e03-4c15-bdfa-9bb2bcbea494", "69ca8762b2fe404d9b9bad1103e97832"),
    ],
  },
);

/** The part of N-MNIST that is published with a library's tests. */
export const nMnistRaw: EventDatasetSpec = nMnistSpec(
  {
    ...INFO,
    name: "nmnist-raw",
    description: "the first 1,000 + 100 recordings of N-MNIST",
    trainCount: 1000,
    testCount: 100,
  },
  ["nmnist-raw"],
  {
    downloads: [],
    byHand:
      "Use nmnist, or put the recordings 1 to 1000 and 60001 to 60100 of N-MNIST into " +
      "nmnist-raw/Train/<digit>/ and nmnist-raw/Test/<digit>/ of a data folder.",
  },
);

/**
 * The layout of N-MNIST: `Train/<digit>/<number>.bin` and `Test/...`, in folders, or in `Train.zip` and `Test.zip`. The
 * classes of folders are those that are there, in either split; those of archives are the ten digits.
 */
function nMnistSpec(
  info: EventDatasetInfo,
  folderNames: readonly string[],
  source: Pick<EventDatasetSpec, "downloads" | "byHand">,
): EventDatasetSpec {
  return {
    info,
    folderNames,
    async missingFiles(folder, split) {
      const there = (await splitFolder(folder, split)) ?? (await splitArchive(folder, split));
      return there ? [] : [`${FOLDERS[split]}.zip`];
    },
    read: (folder, split) => readSplit(info, folder, split),
    count: (folder, split) => countRecordings(readSplit(info, folder, split)),
    ...source,
  };
}

async function readSplit(info: EventDatasetInfo, folder: string, split: Split): Promise<EventRecordings> {
  const unpacked = await splitFolder(folder, split);
  const archive = unpacked ?? (await splitArchive(folder, split));
  if (!archive) {
    throw new MyelinError(
      `loadEvents: expected ${FOLDERS[split]} or ${FOLDERS[split]}.zip in ${folder}, got neither. ` +
        `Download the data set from ${info.homepage}.`,
    );
  }
  const store = unpacked ? await folderStore(unpacked) : await zipStore(archive);
  const classNames = unpacked ? await digitFolders(folder) : info.classNames;
  const { name, width, height } = info;
  const entries = filesByClassFolder(store, classNames, /\.(bin|bs2)$/i);
  return storedRecordings({ name, store, classNames, width, height, entries });
}

async function splitFolder(folder: string, split: Split): Promise<string | undefined> {
  const place = path.join(folder, FOLDERS[split]);
  const found = await stat(place).catch(() => undefined);
  return found?.isDirectory() ? place : undefined;
}

async function splitArchive(folder: string, split: Split): Promise<string | undefined> {
  const place = path.join(folder, `${FOLDERS[split]}.zip`);
  const found = await stat(place).catch(() => undefined);
  return found?.isFile() ? place : undefined;
}

/** The digits that have a folder in one of the splits. */
async function digitFolders(folder: string): Promise<string[]> {
  const names = await Promise.all(
    Object.values(FOLDERS).map((split) => readdir(path.join(folder, split)).catch((): string[] => [])),
  );
  return DIGITS.filter((digit) => names.flat().includes(digit));
}

function mendeley(file: string, id: string, md5: string): Download {
  return {
    file,
    provides: [file],
    urls: [`https://data.mendeley.com/public-files/datasets/468j46mzdv/files/${id}/file_downloaded`],
    checksum: { algorithm: "md5", hex: md5 },
    maxBytes: 4_000_000_000,
  };
}
