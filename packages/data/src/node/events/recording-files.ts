import { stat } from "node:fs/promises";
import path from "node:path";
import { FormatError, MyelinError } from "@myelin/core";
import type { Split } from "../dataset-spec.ts";
import { openEventFile } from "./event-file.ts";
import { foldersIn, walkFolder } from "./walk-folder.ts";

/** A recording in `SPLIT/CLASS/FILE`. */
export interface ClassFile {
  readonly path: string;
  readonly split: Split;
  readonly className: string;
}

/** What is no recording that is used. */
export interface PassedOver {
  /** Hidden files and folders. */
  readonly hidden: number;
  /** Links that lead nowhere. */
  readonly brokenLinks: number;
  /** Files without a byte. */
  readonly emptyFiles: number;
  /** Files of no known event format, whose ending is none of one either. */
  readonly otherFiles: number;
  /** Files that do not lie in a class folder, or deeper. */
  readonly misplacedFiles: number;
  /** Class folders without a recording. */
  readonly emptyClasses: number;
  /** Folders beside train and test. */
  readonly otherFolders: number;
}

/** Endings of recordings: such a file that cannot be read is an error. */
const ENDINGS = /\.(aedat4?|bin|bs2|dat|es|mev|raw)$/i;

/**
 * The recordings of a folder, and how much else there is in it.
 *
 * @throws MyelinError if the folder cannot be read
 */
export async function recordingFiles(
  folder: string,
): Promise<{ files: readonly ClassFile[]; passedOver: PassedOver }> {
  const { splits, otherFolders } = await splitsOf(folder);
  const passedOver = { ...NONE, otherFolders };
  const files: ClassFile[] = [];
  for (const split of splits) {
    const found = await walkFolder(path.join(folder, split));
    const classes = new Set<string>();
    passedOver.hidden += found.hidden;
    passedOver.brokenLinks += found.brokenLinks;
    for (const file of found.files) {
      const [classFolder = "", name, ...deeper] = file.split("/");
      const place = path.join(folder, split, file);
      if (name === undefined || deeper.length > 0) passedOver.misplacedFiles++;
      else if ((await stat(place)).size === 0) passedOver.emptyFiles++;
      else if (!ENDINGS.test(name) && !(await isRecording(place))) passedOver.otherFiles++;
      else {
        classes.add(classFolder);
        files.push({ path: place, split, className: classNameOf(classFolder) });
      }
    }
    const isEmpty = (inside: string) => !inside.includes("/") && !classes.has(inside);
    passedOver.emptyClasses += found.folders.filter(isEmpty).length;
  }
  return { files, passedOver };
}

const NONE: PassedOver = {
  hidden: 0,
  brokenLinks: 0,
  emptyFiles: 0,
  otherFiles: 0,
  misplacedFiles: 0,
  emptyClasses: 0,
  otherFolders: 0,
};

/** File systems write letters with accents in one character or in two; the class is the same. */
function classNameOf(classFolder: string): string {
  return classFolder.normalize("NFC");
}

/**
 * The splits that are there, and how many other folders are.
 *
 * @throws MyelinError if the folder cannot be listed or has neither split
 */
async function splitsOf(folder: string): Promise<{ splits: readonly Split[]; otherFolders: number }> {
  const names = await foldersIn(folder);
  const splits = (["train", "test"] as const).filter((split) => names.includes(split));
  if (splits.length > 0) return { splits, otherFolders: names.length - splits.length };
  throw new MyelinError(
    `${folder}: expected folders "train" and "test", got ${names.join(", ") || "no folder"}. ` +
      `Arrange recordings as train/CLASS/FILE and test/CLASS/FILE.`,
  );
}

async function isRecording(file: string): Promise<boolean> {
  try {
    await (await openEventFile(file)).close();
    return true;
  } catch (error) {
    if (error instanceof FormatError) return false;
    throw error;
  }
}
