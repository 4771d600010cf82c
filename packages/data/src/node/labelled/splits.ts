import path from "node:path";
import { FormatError } from "@myelin/core";
import { checkArray, checkInteger, checkNumber, listNames, refuse, warn } from "@myelin/core/checks";
import { holdOut } from "../../hold-out.ts";
import { inNaturalOrder } from "../../natural-order.ts";
import type { Split } from "../dataset-spec.ts";
import type { ClassFile } from "./class-file.ts";
import { classFiles, type FileKind, type PassedOver } from "./class-files.ts";

/** How data of one's own that have no parts are divided, and which classes there are. */
export interface OwnSplitOptions {
  /** The share of each class that is for testing, where the data have no part of that name; 0.2 if left out. */
  readonly test?: number | undefined;
  /** Which samples these are; 1 if left out. */
  readonly splitSeed?: number | undefined;
  /** The classes in their order, as a run has stored them; those that are there if left out. */
  readonly classNames?: readonly string[] | undefined;
}

/** The names of {@link OwnSplitOptions}. */
export const SPLIT_OPTIONS = { test: true, splitSeed: true, classNames: true } as const;

/** @throws ShapeError for a share or a seed that is none */
export function checkSplitOptions(symbol: string, { test, splitSeed, classNames }: OwnSplitOptions): void {
  if (classNames !== undefined) {
    checkArray(`${symbol}.classNames`, classNames, "an array of names", (place, name: unknown) => {
      if (typeof name !== "string") refuse(place, "a name", name);
    });
  }
  if (test !== undefined) checkNumber(`${symbol}.test`, test, { above: 0, below: 1 });
  if (splitSeed !== undefined) checkInteger(`${symbol}.splitSeed`, splitSeed, {});
}

/** The classes of data of one's own, "2" before "10", or as they were stored. */
export function classesOf(
  place: string,
  found: Iterable<string>,
  stored: readonly string[] | undefined,
): readonly string[] {
  const there = inNaturalOrder(found);
  if (stored === undefined) return there;
  const unknown = there.find((name) => !stored.includes(name));
  if (unknown === undefined) return stored;
  throw new FormatError(
    `${place}: expected only the classes ${listNames(stored)} that the network was trained on, got "${unknown}". ` +
      `The data have changed since: bring them back, or train again.`,
  );
}

/** The places of the samples for training and for testing, as drawn from (seed, labels) alone. */
export function drawSplit(
  owner: string,
  { labels, classes }: { readonly labels: Uint32Array; readonly classes: number },
  { test = 0.2, splitSeed = 1 }: OwnSplitOptions,
): Readonly<Record<Split, readonly number[]>> {
  const { train, validation } = holdOut(owner, { labels, classes }, { validation: test, seed: splitSeed });
  return { train, test: validation };
}

/** Files with their classes, in two parts. */
export interface DividedFiles {
  /** What the folder or table is called. */
  readonly name: string;
  readonly classNames: readonly string[];
  /** How many files each part has. */
  readonly counts: Readonly<Record<Split, number>>;
  /** How much is there that is not used, and why. */
  readonly passedOver: PassedOver;
  /** Those of both parts, as they were found. */
  readonly all: readonly ClassFile[];
  /** Those of one part, class by class. */
  readonly of: (split: Split) => readonly ClassFile[];
}

/**
 * Finds the files of one's own at a place and divides them into training and test, by their folders or by a draw, and says what was passed over and which classes
 * a part lacks.
 *
 * @throws MyelinError if the place cannot be read
 * @throws FormatError if there are none, or a class is not among those stored
 */
export async function openClassFiles(
  place: string,
  kind: FileKind,
  options: OwnSplitOptions,
): Promise<DividedFiles> {
  const { what } = kind;
  const { root, files, passedOver } = await classFiles(place, kind);
  if (files.length === 0) throw noFiles(root, what, passedOver);
  const found = files.map(({ className }) => className);
  const classNames = classesOf(place, found, options.classNames);
  sayPassedOver(place, what, passedOver);
  const labelOf = new Map(classNames.map((name, label) => [name, label]));
  const label = ({ className }: ClassFile): number => labelOf.get(className)!;
  const sorted = [...files].sort((a, b) => label(a) - label(b));
  const of = partsOf(place, sorted, { label, classes: classNames.length }, options);
  for (const split of ["train", "test"] as const) sayMissing(place, split, of[split], classNames, what);
  return {
    ...{ name: path.basename(path.resolve(place)), classNames, passedOver, all: files },
    counts: { train: of.train.length, test: of.test.length },
    of(split) {
      if (of[split].length === 0) throw noFiles(path.join(place, split), what, passedOver);
      return of[split];
    },
  };
}

function partsOf(
  place: string,
  files: readonly ClassFile[],
  { label, classes }: { readonly label: (file: ClassFile) => number; readonly classes: number },
  options: OwnSplitOptions,
): Readonly<Record<Split, readonly ClassFile[]>> {
  if (files.some(({ split }) => split !== undefined)) {
    const of = (part: Split): ClassFile[] => files.filter(({ split }) => split === part);
    return { train: of("train"), test: of("test") };
  }
  const drawn = drawSplit(place, { labels: Uint32Array.from(files, label), classes }, options);
  const pick = (places: readonly number[]): ClassFile[] => places.map((index) => files[index]!);
  return { train: pick(drawn.train), test: pick(drawn.test) };
}

function sayPassedOver(place: string, what: string, passedOver: PassedOver): void {
  const counts = Object.entries(passedOver).filter(([, count]) => (count as number) > 0);
  if (counts.length === 0) return;
  const list = counts.map(([key, count]) => `${key} ${count as number}`).join(", ");
  warn(
    `${place}: expected ${what} as CLASS/FILE, or train/CLASS/FILE and test/CLASS/FILE, passed over: ${list}.`,
  );
}

function sayMissing(
  place: string,
  split: Split,
  files: readonly ClassFile[],
  classNames: readonly string[],
  what: string,
): void {
  const there = new Set(files.map(({ className }) => className));
  const missing = classNames.filter((name) => !there.has(name));
  if (missing.length === 0 || there.size === 0) return;
  warn(
    `${place}: ${split}: expected ${what} of all ${classNames.length} classes, got none of ${listNames(missing)}. ` +
      "Labels keep their numbers.",
  );
}

function noFiles(place: string, what: string, passedOver: PassedOver): FormatError {
  const others = Object.entries(passedOver).filter(([, count]) => (count as number) > 0);
  const got = others.map(([key, count]) => `${key} ${count as number}`).join(", ");
  const split = /^(train|test)$/.exec(path.basename(place))?.[0];
  const form =
    split === undefined ? "CLASS/FILE, or train/CLASS/FILE and test/CLASS/FILE" : `${split}/CLASS/FILE`;
  return new FormatError(
    `${place}: expected a folder of ${what} for each class, got ${got === "" ? "none" : `none (${got})`}. Arrange them as ${form}.`,
  );
}
