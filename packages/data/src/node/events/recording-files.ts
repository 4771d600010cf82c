import { readdir } from "node:fs/promises";
import path from "node:path";
import { FormatError } from "@myelin/core";
import type { Split } from "../registry/index.ts";
import { openEventFile } from "./event-file.ts";
import { walkFolder } from "./walk-folder.ts";

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
  const passedOver = { hidden: 0, brokenLinks: 0, emptyFiles: 0, otherFiles: 0, misplacedFiles: 0 };
  const files: ClassFile[] = [];
  for (const split of await splitsOf(folder)) {
    const found = await walkFolder(path.join(folder, split));
    passedOver.hidden += found.hidden;
    passedOver.brokenLinks += found.brokenLinks;
    for (const { file, bytes } of found.files) {
      const [className = "", name, ...deeper] = file.split("/");
      const place = path.join(folder, split, file);
      if (name === undefined || deeper.length > 0) passedOver.misplacedFiles++;
      else if (bytes === 0) passedOver.emptyFiles++;
      else if (!ENDINGS.test(name) && !(await isRecording(place))) passedOver.otherFiles++;
      else files.push({ path: place, split, className });
    }
  }
  return { files, passedOver };
}

/** The splits that are there; without any, listing the first one says what is wrong. */
async function splitsOf(folder: string): Promise<Split[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const there = (["train", "test"] as const).filter((split) => names.includes(split));
  return there.length > 0 ? there : ["train"];
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
