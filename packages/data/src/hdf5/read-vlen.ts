import type { Hdf5File, Hdf5Library } from "./library.ts";
import { hdf5Error } from "./problem.ts";

/** Rows of different lengths, one after the other. */
export interface Rows {
  /** The bytes of all rows, little endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** uint32 [rows + 1], counted in elements. */
  readonly offsets: Uint32Array;
}

/** What {@link readRows} reads. */
export interface RowsSource {
  readonly library: Hdf5Library;
  readonly open: Hdf5File;
  /** Name of the file in messages. */
  readonly file: string;
  /** Path of a data set of variable-length rows. */
  readonly place: string;
  readonly rows: number;
  /** Bytes an element. */
  readonly elementBytes: number;
}

/** Rows read at a time: a few megabytes of the library's memory for the Heidelberg data sets. */
const ROWS_AT_ONCE = 256;

/** Size of C's `hvl_t` in WebAssembly: a length and an address. */
const ROW_BYTES = 8;

/**
 * Reads a data set of variable-length rows straight into one array, of which only a small piece is ever held twice.
 * The library's own conversion would make an array of JavaScript for each row, and does not know half floats.
 *
 * Rows are read twice: for their lengths, then for their contents, so that nothing is allocated on a guess.
 *
 * @throws FormatError if the file is cut short or damaged
 */
export function readRows(source: RowsSource): Rows {
  const { rows, elementBytes } = source;
  const offsets = new Uint32Array(rows + 1);
  forEachRow(source, (row, length) => (offsets[row + 1] = offsets[row]! + length));
  const bytes = new Uint8Array(offsets[rows]! * elementBytes);
  const { Module } = source.library;
  forEachRow(source, (row, length, address) => {
    const end = address + length * elementBytes;
    bytes.set(Module.HEAPU8.subarray(address, end), offsets[row]! * elementBytes);
  });
  return { bytes, offsets };
}

function forEachRow(
  { library: { Module }, open, file, place, rows }: RowsSource,
  visit: (row: number, length: number, address: number) => void,
): void {
  const address = Module._malloc(ROWS_AT_ONCE * ROW_BYTES);
  try {
    for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
      const count = [BigInt(Math.min(ROWS_AT_ONCE, rows - first))];
      const status = readSlab(Module, open, place, count, first, address);
      if (status !== undefined) {
        throw hdf5Error({ file, place, expected: `${rows} whole rows`, got: status });
      }
      const table = new Uint32Array(Module.HEAPU8.buffer, address, 2 * Number(count[0]));
      for (let i = 0; i < Number(count[0]); i++) visit(first + i, table[2 * i]!, table[2 * i + 1]!);
      Module.reclaim_vlen_memory_count(open.file_id, place, "", BigInt(address), count);
    }
  } finally {
    Module._free(address);
  }
}

/** Reads rows; returns why it failed, or undefined. */
function readSlab(
  Module: Hdf5Library["Module"],
  open: Hdf5File,
  place: string,
  count: bigint[],
  first: number,
  address: number,
): string | undefined {
  try {
    const status = Module.get_dataset_data(
      open.file_id,
      place,
      count,
      [BigInt(first)],
      [1n],
      BigInt(address),
    );
    return status < 0 ? `an error while reading from row ${first} on` : undefined;
  } catch (cause) {
    return `an error while reading from row ${first} on (${cause instanceof Error ? cause.message : String(cause)})`;
  }
}
