import { FormatError } from "@myelin/core";
import { warn } from "@myelin/core/checks";
import { encodeHalf } from "@myelin/core/io";
import { HALF_VALUES, type SpikeDataset } from "../spikes/index.ts";
import type { Hdf5File, Hdf5Library } from "./library.ts";
import { listenTo } from "./complaints.ts";
import { orProblem } from "./problem.ts";

/** Rows written at a time. */
const ROWS_AT_ONCE = 256;

/** The largest half float. */
const MOST_SECONDS = 65_504;

/** Size of C's `hvl_t` in WebAssembly: a length and an address. */
const ROW_BYTES = 8;

/** What {@link fillSpikeFile} writes to. */
export interface SpikeFileTarget {
  readonly library: Hdf5Library;
  /** Path of a copy of the empty spike file in the library's file system. */
  readonly place: string;
  /** Name of the file in messages. */
  readonly file: string;
}

/**
 * Fills an empty spike file with a data set, in the layout of the Heidelberg data sets: times become half floats, in
 * seconds.
 *
 * @throws FormatError if the library refuses, as on a full disk, or for times that half floats cannot hold; rounding by
 * more than a millisecond is said
 */
export function fillSpikeFile({ library, place, file }: SpikeFileTarget, dataset: SpikeDataset): void {
  const problem = { file, place: "/", expected: "to write spikes", hint: "Is there room on the disk?" };
  const times = halfTimes(file, dataset);
  listenTo(library);
  orProblem(() => {
    const open = new library.File(place, "a");
    try {
      writeRows(library, open, "spikes/times", times, dataset.offsets);
      writeRows(library, open, "spikes/units", dataset.unitIds, dataset.offsets);
      open.create_dataset({ name: "labels", ...narrowest(dataset.labels) });
      const extra = open.create_group("extra");
      if (dataset.sources) extra.create_dataset({ name: "speaker", ...narrowest(dataset.sources) });
      const keys = [...dataset.classNames];
      const longest = Math.max(1, ...keys.map((key) => new TextEncoder().encode(key).length));
      extra.create_dataset({ name: "keys", data: keys, dtype: `S${longest}` });
    } finally {
      open.close();
    }
  }, problem);
}

/** 16 bits per value, as in the Heidelberg data sets, unless one needs more. */
function narrowest(numbers: Uint32Array): { data: Uint16Array | Uint32Array; dtype: "<H" | "<I" } {
  const isNarrow = numbers.every((number) => number <= 0xffff);
  return isNarrow ? { data: Uint16Array.from(numbers), dtype: "<H" } : { data: numbers, dtype: "<I" };
}

/** More than this is not what rounding does to the times of words, which take a second or two. */
const ROUNDING_SECONDS = 0.001;

function halfTimes(file: string, { times }: SpikeDataset): Uint16Array {
  if (times instanceof Uint16Array) return times;
  const halves = Uint16Array.from(times, encodeHalf);
  const worst = halves.reduce((most, half, i) => Math.max(most, Math.abs(HALF_VALUES[half]! - times[i]!)), 0);
  if (worst === Infinity) {
    throw new FormatError(
      `writeSpikes: ${file}: expected times up to ${MOST_SECONDS} seconds, which half floats hold, got ` +
        `${times.reduce((most, time) => Math.max(most, time), 0)}. Check that times are in seconds.`,
    );
  }
  if (worst > ROUNDING_SECONDS) {
    warn(
      `writeSpikes: ${file}: expected times of a few seconds, got ones that half floats round by up to ` +
        `${(1000 * worst).toPrecision(2)} ms. Cut long recordings into parts.`,
    );
  }
  return halves;
}

/** Writes rows of 16-bit elements into a data set of variable-length rows, which grows to hold them. */
function writeRows(
  { Module }: Hdf5Library,
  open: Hdf5File,
  place: string,
  values: Uint16Array,
  offsets: Uint32Array,
): void {
  const rows = offsets.length - 1;
  requireSuccess(Module.resize_dataset(open.file_id, place, [BigInt(rows)]));
  const table = Module._malloc(ROWS_AT_ONCE * ROW_BYTES);
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const last = Math.min(rows, first + ROWS_AT_ONCE);
    const piece = values.subarray(offsets[first], offsets[last]);
    const data = Module._malloc(Math.max(2, piece.byteLength));
    new Uint16Array(Module.HEAPU8.buffer, data, piece.length).set(piece);
    const entries = new Uint32Array(Module.HEAPU8.buffer, table, 2 * (last - first));
    for (let row = first; row < last; row++) {
      const length = offsets[row + 1]! - offsets[row]!;
      entries.set([length, data + 2 * (offsets[row]! - offsets[first]!)], 2 * (row - first));
    }
    const count = [BigInt(last - first)];
    const status = Module.set_dataset_data(open.file_id, place, count, [BigInt(first)], [1n], BigInt(table));
    Module._free(data);
    requireSuccess(status);
  }
  Module._free(table);
}

function requireSuccess(status: number): void {
  if (status < 0) throw new Error(`status ${status} of the HDF5 library`);
}
