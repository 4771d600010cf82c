import { listNames, warn } from "@myelin/core/checks";
import { inNaturalOrder } from "../natural-order.ts";
import { at, has, requireDataset, type OpenSpikeFile } from "./open-file.ts";
import type { Hdf5Dataset } from "./library.ts";
import { hdf5Error, orProblem } from "./problem.ts";
import { isNumeric, TYPE, typeName, valuesOf } from "./numbers.ts";
import { readElements } from "./read-elements.ts";

/** A class per sample, and what each stands for if the file says it. */
export interface Labels {
  /** uint32 [samples]. */
  readonly labels: Uint32Array;
  readonly names?: readonly string[];
}

/** The label of largest value that is read, and that a name can have. */
const LARGEST = 2 ** 32 - 1;
const MOST_NAMES = 65536;

/**
 * Reads `labels`, one per sample: whole numbers of any type, truth values and other enumerations, or the names of classes.
 * Names of an enumeration stand at their numbers. Of names as such, a class is its place among `classNames`, else among
 * `extra/keys`, else among all names of the
 * file in natural order, which is said.
 *
 * @throws FormatError
 */
export function readLabels(source: OpenSpikeFile, classNames: readonly string[] | undefined): Labels {
  const place = "labels";
  const { metadata } = requireDataset(source, place);
  const keys = has(source, "extra/keys") ? readTexts(source, "extra/keys") : undefined;
  if (metadata.type === TYPE.text) {
    requireColumn(source, place, metadata);
    return numberNames(source, readTexts(source, place) ?? [], classNames ?? keys);
  }
  const labels = readWholeNumbers(source, place);
  const names = keys ?? (metadata.enum_type && memberNames(metadata.enum_type.members));
  return { labels, ...(names && { names }) };
}

/**
 * How many samples there are by `labels`, which are not read.
 *
 * @throws FormatError
 */
export function countLabels(source: OpenSpikeFile): number {
  const { metadata } = requireDataset(source, "labels");
  requireColumn(source, "labels", metadata, metadata.type === TYPE.text || isNumeric(metadata));
  return metadata.shape![0]!;
}

/** Reads a data set of whole numbers, one per sample, each from 0 to 2^32 - 1, in whatever type they are stored. */
export function readWholeNumbers(source: OpenSpikeFile, place: string): Uint32Array {
  const dataset = requireDataset(source, place);
  const { metadata } = dataset;
  requireColumn(source, place, metadata, isNumeric(metadata));
  const values = valuesOf(readElements(source, place, dataset), metadata);
  return narrowed(source, place, values, LARGEST, Uint32Array);
}

function requireColumn(
  source: OpenSpikeFile,
  place: string,
  metadata: Hdf5Dataset["metadata"],
  isKnown = true,
): void {
  const shape = metadata.shape ?? [];
  if (isKnown && shape.length > 0 && shape.slice(1).every((size) => size === 1)) return;
  const got = `${typeName(metadata)} of shape [${shape.join(", ")}]`;
  throw hdf5Error({
    ...at(source, place),
    expected: "whole numbers, one per sample",
    got,
    kind: "not supported",
  });
}

/** Copies whole numbers into an array of their range, checking it. */
export function narrowed<A extends Uint16Array | Uint32Array>(
  source: OpenSpikeFile,
  place: string,
  values: ArrayLike<number | bigint>,
  largest: number,
  Type: new (length: number) => A,
): A {
  if (values instanceof Type) return values;
  const result = new Type(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!(Number.isInteger(value) && value >= 0 && value <= largest)) {
      throw hdf5Error({
        ...at(source, place),
        expected: `whole numbers from 0 to ${largest}`,
        got: `${value} as number ${i}`,
      });
    }
    result[i] = value;
  }
  return result;
}

/** Strings of fixed or variable length. */
function readTexts(source: OpenSpikeFile, place: string): string[] | undefined {
  const texts = orProblem(() => requireDataset(source, place).value, {
    ...at(source, place),
    expected: "texts",
  });
  return Array.isArray(texts) && texts.every((text) => typeof text === "string") ? texts : undefined;
}

function numberNames(
  source: OpenSpikeFile,
  samples: readonly string[],
  known: readonly string[] | undefined,
): Labels {
  const names = known ?? namesOfFile(source, samples);
  const numbers = new Map(names.map((name, number) => [name, number]));
  const labels = Uint32Array.from(samples, (name) => {
    const number = numbers.get(name);
    if (number !== undefined) return number;
    const problem = { ...at(source, "labels"), expected: `one of the classes ${listNames(names)}` };
    throw hdf5Error({
      ...problem,
      got: JSON.stringify(name),
      hint: "Give classNames that have all of them.",
    });
  });
  return { labels, names };
}

/** The names of one file: another one may lack a class, and its numbers would mean other classes. */
function namesOfFile({ file }: OpenSpikeFile, samples: readonly string[]): string[] {
  const names = inNaturalOrder(samples);
  warn(
    `readSpikes: ${file}, labels: expected numbers, or a table of the classes in extra/keys, got names alone; ` +
      `numbered as they are in this file: ${names.slice(0, 20).join(", ")}. Give classNames to number all files alike.`,
  );
  return names;
}

/** Names by their numbers; numbers in between stand for themselves. */
function memberNames(members: Readonly<Record<string, number>>): string[] | undefined {
  const entries = Object.entries(members).map(([name, number]) => [name, Number(number)] as const);
  const count = Math.max(0, ...entries.map(([, number]) => number + 1));
  if (count > MOST_NAMES) return undefined;
  const names = Array.from({ length: count }, (_, number) => String(number));
  for (const [name, number] of entries) if (number >= 0) names[number] = name;
  return names;
}
