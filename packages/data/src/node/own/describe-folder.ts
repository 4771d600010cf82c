import { readFile } from "node:fs/promises";
import { checkText } from "@myelin/core/checks";
import { inNaturalOrder } from "../../natural-order.ts";
import { decodeImage } from "../../pictures/index.ts";
import { RECORDINGS } from "../events/index.ts";
import { unreadableFile } from "../files/index.ts";
import { classFiles, type ClassFile, type FoundClasses, type PassedOver } from "../labelled/index.ts";
import { IMAGES } from "./image-folder.ts";
import { SOUNDS } from "./sound-folder.ts";

/** What a folder of one's own holds. */
export interface OwnFolderInfo {
  /** What recipes call such data. */
  readonly name: "image-folder" | "sound-folder" | "event-folder";
  /** Whether it has a test part; else one is drawn. */
  readonly isDivided: boolean;
  /** How many files each class has: for training and testing, or of both. */
  readonly classes: readonly { readonly name: string; readonly train: number; readonly test: number }[];
  /** The smallest and the largest size among the first images: [width, height]. */
  readonly sizes?: readonly [readonly [number, number], readonly [number, number]];
  readonly passedOver: PassedOver;
}

const KINDS = [
  { name: "image-folder", kind: IMAGES },
  { name: "sound-folder", kind: SOUNDS },
  { name: "event-folder", kind: RECORDINGS },
] as const;

/** So many images are looked at for their size. */
const LOOKED_AT = 100;

/**
 * What a folder with a folder for each class holds, or a table of files and labels.
 *
 * @throws MyelinError if it cannot be read
 * @returns undefined if it holds neither images nor sounds nor recordings
 * @throws FormatError if one of the first images is damaged
 */
export async function describeOwnFolder(folder: string): Promise<OwnFolderInfo | undefined> {
  checkText("describeOwnFolder.folder", folder);
  let best: { readonly name: OwnFolderInfo["name"]; readonly found: FoundClasses } | undefined;
  for (const { name, kind } of KINDS) {
    const found = await classFiles(folder, kind);
    if (found.files.length > (best?.found.files.length ?? 0)) best = { name, found };
  }
  if (best === undefined) return undefined;
  const { files, passedOver } = best.found;
  const count = (className: string, isTest: boolean): number =>
    files.filter((file) => file.className === className && (file.split === "test") === isTest).length;
  const classNames = inNaturalOrder(files.map(({ className }) => className));
  return {
    ...{ name: best.name, passedOver, isDivided: files.some(({ split }) => split !== undefined) },
    classes: classNames.map((name) => ({ name, train: count(name, false), test: count(name, true) })),
    ...(best.name === "image-folder" && { sizes: await sizesOf(files) }),
  };
}

async function sizesOf(files: readonly ClassFile[]): Promise<NonNullable<OwnFolderInfo["sizes"]>> {
  const sizes: [number, number][] = [];
  for (const { path } of files.slice(0, LOOKED_AT)) {
    const bytes = await readFile(path).catch(unreadableFile("describeOwnFolder", path));
    const { width, height } = await decodeImage(bytes, { name: path });
    sizes.push([width, height]);
  }
  const side = (axis: 0 | 1): number[] => sizes.map((size) => size[axis]);
  const [widths, heights] = [side(0), side(1)];
  return [
    [Math.min(...widths), Math.min(...heights)],
    [Math.max(...widths), Math.max(...heights)],
  ];
}
