import type { SpikeTimes } from "../spikes/index.ts";
import type { Hdf5Dataset, Hdf5File, Hdf5Library } from "./library.ts";
import { hdf5Error, orProblem } from "./problem.ts";
import { readRows, type Rows } from "./read-vlen.ts";

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

/** An open file and the name that messages give it. */
export interface OpenSpikeFile {
  readonly library: Hdf5Library;
  readonly open: Hdf5File;
  readonly file: string;
}

/** HDF5's classes of types, as the library numbers them. */
const INTEGER = 0;
const FLOAT = 1;
const ROWS = 9;

/**
 * Reads the layout of the Heidelberg data sets: `spikes/times` and `spikes/units` as rows of variable length (float16
 * or wider, integers), `labels`, and if they are there `extra/speaker` and `extra/keys`.
 *
 * @throws FormatError that names the place in the file
 * @source https://zenkelab.org/resources/spiking-heidelberg-datasets-shd/
 */
export function readSpikeLayout(source: OpenSpikeFile): SpikeFile {
  const labels = readIntegers(source, "labels");
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
  const speakers = has(source, "extra/speaker") ? readIntegers(source, "extra/speaker") : undefined;
  const keys = readKeys(source);
  return {
    labels,
    ...(speakers && { speakers: requireCount(source, "extra/speaker", speakers, count) }),
    ...(keys && { keys }),
    times: times.values,
    unitIds: units.values,
    offsets: times.offsets,
  };
}

function readTimes(source: OpenSpikeFile, count: number): { values: SpikeTimes; offsets: Uint32Array } {
  const place = "spikes/times";
  const { elementBytes, rows } = readTyped(source, place, count, FLOAT, [2, 4, 8]);
  const { buffer } = rows.bytes;
  if (elementBytes === 2) return { values: new Uint16Array(buffer), offsets: rows.offsets };
  const values = elementBytes === 4 ? new Float32Array(buffer) : Float32Array.from(new Float64Array(buffer));
  return { values, offsets: rows.offsets };
}

function readUnits(source: OpenSpikeFile, count: number): { values: Uint16Array; offsets: Uint32Array } {
  const place = "spikes/units";
  const { elementBytes, signed, rows } = readTyped(source, place, count, INTEGER, [1, 2, 4, 8]);
  const values = integers(rows.bytes.buffer, elementBytes, signed);
  return { values: narrowed(source, place, values, 65535, Uint16Array), offsets: rows.offsets };
}

/** Reads rows of `count` samples whose elements are of a class of types, in one of some widths. */
function readTyped(
  source: OpenSpikeFile,
  place: string,
  count: number,
  typeClass: number,
  widths: readonly number[],
): { elementBytes: number; signed: boolean; rows: Rows } {
  const { metadata } = requireDataset(source, place);
  const element = metadata.type === ROWS ? metadata.vlen_type : undefined;
  if (element?.type !== typeClass || !widths.includes(element.size)) {
    const kind = typeClass === FLOAT ? "floating-point numbers" : "whole numbers";
    throw hdf5Error({
      ...at(source, place),
      expected: `rows of variable length of ${kind} of ${widths.join(", ")} bytes`,
      got: element ? `rows of class ${element.type}, ${element.size} bytes` : `class ${metadata.type}`,
    });
  }
  if (metadata.shape?.length !== 1 || metadata.shape[0] !== count) {
    throw hdf5Error({
      ...at(source, place),
      expected: `${count} rows, as there are labels`,
      got: `shape [${metadata.shape?.join(", ") ?? ""}]`,
    });
  }
  const rows = readRows({ ...source, place, rows: count, elementBytes: element.size });
  return { elementBytes: element.size, signed: element.signed, rows };
}

/** Reads a data set of whole numbers, one a sample, each from 0 to 2^32 - 1. */
function readIntegers(source: OpenSpikeFile, place: string): Uint32Array {
  const dataset = requireDataset(source, place);
  const { type, shape } = dataset.metadata;
  if (type !== INTEGER || shape?.length !== 1) {
    throw hdf5Error({
      ...at(source, place),
      expected: "whole numbers, one a sample",
      got: `class ${type} of shape [${shape?.join(", ") ?? ""}]`,
    });
  }
  const values = orProblem(() => dataset.value, { ...at(source, place), expected: "whole numbers" });
  return narrowed(source, place, values as ArrayLike<number | bigint>, 2 ** 32 - 1, Uint32Array);
}

/** Copies whole numbers into a narrower array, checking their range. */
function narrowed<A extends Uint16Array | Uint32Array>(
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
    if (!(value >= 0 && value <= largest)) {
      throw hdf5Error({
        ...at(source, place),
        expected: `numbers from 0 to ${largest}`,
        got: `${value} as number ${i}`,
      });
    }
    result[i] = value;
  }
  return result;
}

function integers(buffer: ArrayBuffer, bytes: number, signed: boolean): ArrayLike<number | bigint> {
  if (bytes === 1) return signed ? new Int8Array(buffer) : new Uint8Array(buffer);
  if (bytes === 2) return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  if (bytes === 4) return signed ? new Int32Array(buffer) : new Uint32Array(buffer);
  return signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
}

/** Names of the classes, stored as strings of fixed or variable length. */
function readKeys(source: OpenSpikeFile): string[] | undefined {
  const place = "extra/keys";
  if (!has(source, place)) return undefined;
  const keys = orProblem(() => requireDataset(source, place).value, {
    ...at(source, place),
    expected: "the names of the classes",
  });
  return Array.isArray(keys) && keys.every((key) => typeof key === "string") ? keys : undefined;
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

function requireDataset(source: OpenSpikeFile, place: string): Hdf5Dataset {
  const problem = { ...at(source, place), expected: "a data set" };
  if (!has(source, place)) throw hdf5Error({ ...problem, got: "nothing" });
  const found = orProblem(() => source.open.get(place), problem);
  if (!(found instanceof source.library.Dataset)) throw hdf5Error({ ...problem, got: "something else" });
  orProblem(() => found.metadata, problem);
  return found;
}

/** Whether there is something at a path; the names are listed, as the library complains aloud of those it lacks. */
function has({ open, library, file }: OpenSpikeFile, place: string): boolean {
  const [first = "", second] = place.split("/");
  const names = (group: { keys(): string[] }): string[] =>
    orProblem(() => group.keys(), { file, place, expected: "a list of names" });
  if (!names(open).includes(first)) return false;
  if (second === undefined) return true;
  const group = orProblem(() => open.get(first), { file, place, expected: "a group" });
  return group instanceof library.Group && names(group).includes(second);
}

function at({ file }: OpenSpikeFile, place: string): { file: string; place: string } {
  return { file, place };
}
