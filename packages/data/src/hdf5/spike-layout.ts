import type { SpikeTimes } from "../spikes/index.ts";
import { numbersOf, TYPE, valuesOf } from "./numbers.ts";
import { at, has, type OpenSpikeFile } from "./open-file.ts";
import { hdf5Error } from "./problem.ts";
import { countLabels, narrowed, readLabels, readWholeNumbers } from "./read-labels.ts";
import { readRows, requireRows, type Rows } from "./read-rows.ts";

/** What a spike file does not say itself. */
export interface SpikesOptions {
  /** Name of the data set, and of the file in messages. */
  readonly name: string;
  /** How many units there are; 700 if left out, as in the Heidelberg data sets. */
  readonly units?: number;
  /** What each label stands for; the file's own names if left out. */
  readonly classNames?: readonly string[];
}

/** The contents of a spike file, as they are stored. */
export interface SpikeFile {
  /** uint32 [samples]. */
  readonly labels: Uint32Array;
  /** uint32 [samples]; absent if the file does not say who speaks. */
  readonly speakers?: Uint32Array;
  /** What each label stands for; absent if the file does not say it. */
  readonly keys?: readonly string[];
  /** [spikes], in seconds. */
  readonly times: SpikeTimes;
  /** uint16 [spikes]. */
  readonly unitIds: Uint16Array;
  /** uint32 [samples + 1]. */
  readonly offsets: Uint32Array;
}

/**
 * Reads the layout of the Heidelberg data sets: `spikes/times` and `spikes/units` as rows of variable length (float16
 * or wider; whole numbers of any type), `labels`, and if they are there `extra/speaker` and `extra/keys`.
 *
 * @param classNames what labels that are names count by
 * @throws FormatError that names the place in the file
 * @source https://zenkelab.org/resources/spiking-heidelberg-datasets-shd/
 */
export function readSpikeLayout(source: OpenSpikeFile, classNames?: readonly string[]): SpikeFile {
  const { labels, names } = readLabels(source, classNames);
  const count = labels.length;
  if (count === 0) throw hdf5Error({ ...at(source, "labels"), expected: "at least one sample", got: "none" });
  const times = readTimes(source, count);
  const units = readUnits(source, count);
  const uneven = times.offsets.findIndex((offset, row) => offset !== units.offsets[row]);
  if (uneven >= 0) {
    throw hdf5Error({
      ...at(source, "spikes/units"),
      expected: `as many units as times in each sample`,
      got: `other numbers in sample ${uneven - 1}`,
    });
  }
  const speakers = readSpeakers(source, count);
  return {
    labels,
    ...(speakers && { speakers }),
    ...(names && { keys: names }),
    times: times.values,
    unitIds: units.values,
    offsets: times.offsets,
  };
}

/** What is in a spike file beside its spikes. */
export interface SamplesOfFile {
  readonly count: number;
  /** uint32 [count], who speaks; absent if the file does not say it. */
  readonly sources?: Uint32Array;
}

/**
 * Reads how many samples there are and who speaks, but no spikes.
 *
 * @throws FormatError that names the place in the file
 */
export function readSamples(source: OpenSpikeFile): SamplesOfFile {
  const count = countLabels(source);
  for (const place of ["spikes/times", "spikes/units"]) requireRows(source, place, count);
  const sources = readSpeakers(source, count);
  return { count, ...(sources && { sources }) };
}

function readSpeakers(source: OpenSpikeFile, count: number): Uint32Array | undefined {
  const place = "extra/speaker";
  if (!has(source, place)) return undefined;
  return requireCount(source, place, readWholeNumbers(source, place), count);
}

function readTimes(source: OpenSpikeFile, count: number): { values: SpikeTimes; offsets: Uint32Array } {
  const place = "spikes/times";
  const rows = readRows(source, place, count);
  const { bytes, element, offsets } = rows;
  if (element.type !== TYPE.float) {
    throw hdf5Error({
      ...at(source, place),
      expected: "times in seconds as floating-point numbers",
      got: "whole numbers, whose unit is not known",
      kind: "not supported",
    });
  }
  if (rows.isFixed) requireAscending(source, place, rows);
  const numbers = numbersOf(bytes, element);
  const values = numbers instanceof Float64Array ? Float32Array.from(numbers) : (numbers as SpikeTimes);
  return { values, offsets };
}

/** Rows of fixed length may be filled up, which would make spikes of the filling. */
function requireAscending(source: OpenSpikeFile, place: string, { bytes, element, offsets }: Rows): void {
  const times = valuesOf(bytes, element);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let i = offsets[row]! + 1; i < offsets[row + 1]!; i++) {
      if (times[i]! >= times[i - 1]!) continue;
      throw hdf5Error({
        ...at(source, place),
        expected: "ascending times in rows of fixed length",
        got: `${times[i]} after ${times[i - 1]} in sample ${row}`,
        hint: "Rows that are filled up are not supported: write rows of variable length.",
        kind: "not supported",
      });
    }
  }
}

function readUnits(source: OpenSpikeFile, count: number): { values: Uint16Array; offsets: Uint32Array } {
  const place = "spikes/units";
  const { bytes, element, offsets } = readRows(source, place, count);
  return { values: narrowed(source, place, valuesOf(bytes, element), 65535, Uint16Array), offsets };
}

function requireCount<A extends ArrayLike<number>>(
  source: OpenSpikeFile,
  place: string,
  values: A,
  count: number,
): A {
  if (values.length === count) return values;
  throw hdf5Error({
    ...at(source, place),
    expected: `${count} numbers, as there are labels`,
    got: `${values.length}`,
  });
}
