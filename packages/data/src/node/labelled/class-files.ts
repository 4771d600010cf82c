import { stat } from "node:fs/promises";
import path from "node:path";
import type { Split } from "../dataset-spec.ts";
import type { ClassFile } from "./class-file.ts";
import { tableFiles } from "./file-table.ts";
import { foldersIn, walkFolder } from "./walk-folder.ts";

/** What is used of a folder. */
export interface FileKind {
  /** What the files are, for messages: "images". */
  readonly what: string;
  /** Whether a file is one of them, or one that should be and is damaged. */
  readonly isWanted: (name: string, place: string) => boolean | Promise<boolean>;
}

/** What is no file that is used. */
export interface PassedOver {
  /** Hidden files and folders. */
  readonly hidden: number;
  /** Links that lead nowhere. */
  readonly brokenLinks: number;
  /** Files without a byte. */
  readonly emptyFiles: number;
  /** Files of another kind, whose ending is none of it either. */
  readonly otherFiles: number;
  /** Files that do not lie in a class folder, or deeper. */
  readonly misplacedFiles: number;
  /** Class folders without a file that is used. */
  readonly emptyClasses: number;
  /** Folders beside train and test. */
  readonly otherFolders: number;
}

/** Files with their classes, and how much else there is. */
export interface FoundClasses {
  /** Where the classes of the first part lie. */
  readonly root: string;
  readonly files: readonly ClassFile[];
  readonly passedOver: PassedOver;
}

/**
 * The files of one's own at a place, with their classes: a folder with a folder for each class, or with such folders in
 * `train` and `test`; or a table of files and labels in CSV.
 *
 * @throws MyelinError if it cannot be read
 */
export async function classFiles(place: string, kind: FileKind): Promise<FoundClasses> {
  const isFile = await stat(place).then(
    (found) => found.isFile(),
    () => false,
  );
  if (isFile) return { root: place, files: await tableFiles(place, kind.what), passedOver: NOTHING };
  const parts = await partsOf(place, kind);
  const passedOver = { ...NOTHING, otherFolders: parts.otherFolders };
  const files: ClassFile[] = [];
  for (const part of parts.splits) await walkPart(place, part, kind, { files, passedOver });
  return { root: path.join(place, parts.splits[0]?.folder ?? ""), files, passedOver };
}

const NOTHING: PassedOver = {
  hidden: 0,
  brokenLinks: 0,
  emptyFiles: 0,
  otherFiles: 0,
  misplacedFiles: 0,
  emptyClasses: 0,
  otherFolders: 0,
};

interface Part {
  /** Its folder, "" for the whole. */
  readonly folder: string;
  readonly split: Split | undefined;
}

/** The parts that are there: train and test; without these, what is in the folder itself has yet to be divided. */
async function partsOf(
  place: string,
  { what }: FileKind,
): Promise<{ splits: readonly Part[]; otherFolders: number }> {
  const names = await foldersIn(place, what);
  const splits = (["train", "test"] as const).filter((split) => names.includes(split));
  if (splits.length === 0) return { splits: [{ folder: "", split: undefined }], otherFolders: 0 };
  return {
    splits: splits.map((split) => ({ folder: split, split })),
    otherFolders: names.length - splits.length,
  };
}

interface Found {
  readonly files: ClassFile[];
  readonly passedOver: { -readonly [Key in keyof PassedOver]: number };
}

async function walkPart(place: string, { folder, split }: Part, kind: FileKind, found: Found): Promise<void> {
  const { files, passedOver } = found;
  const root = path.join(place, folder);
  const { files: names, folders, hidden, brokenLinks } = await walkFolder(root, kind.what);
  const classes = new Set<string>();
  passedOver.hidden += hidden;
  passedOver.brokenLinks += brokenLinks;
  for (const file of names) {
    const [classFolder = "", name, ...deeper] = file.split("/");
    const own = path.join(root, file);
    if (name === undefined || deeper.length > 0) passedOver.misplacedFiles++;
    else if ((await stat(own)).size === 0) passedOver.emptyFiles++;
    else if (!(await kind.isWanted(name, own))) passedOver.otherFiles++;
    else {
      classes.add(classFolder);
      files.push({ path: own, split, className: classNameOf(classFolder) });
    }
  }
  const isEmpty = (inside: string) => !inside.includes("/") && !classes.has(inside);
  passedOver.emptyClasses += folders.filter(isEmpty).length;
}

/** File systems write letters with accents in one character or in two; the class is the same. */
function classNameOf(classFolder: string): string {
  return classFolder.normalize("NFC");
}
