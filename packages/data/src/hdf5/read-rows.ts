import { at, requireDataset, type OpenSpikeFile } from "./open-file.ts";
import { isNumeric, TYPE, typeName, type NumberType } from "./numbers.ts";
import { hdf5Error, orStatus } from "./problem.ts";
import { readElements } from "./read-elements.ts";
import type { Hdf5Dataset } from "./library.ts";

/** Rows of numbers, one after the other. */
export interface Rows {
  /** The bytes of all rows, little endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** uint32 [rows + 1], counted in elements. */
  readonly offsets: Uint32Array;
  /** What the numbers are. */
  readonly element: NumberType;
  /** Whether all rows have one length because they cannot have others. */
  readonly isFixed: boolean;
}

/** Rows read at a time: a few megabytes of the library's memory for the Heidelberg data sets. */
const ROWS_AT_ONCE = 256;

/** Size of C's `hvl_t` in WebAssembly: a length and an address. */
const ROW_BYTES = 8;

/**
 * Reads a data set of `rows` rows of numbers: of variable length, of a fixed one, or a table with a row per sample.
 *
 * @throws FormatError if the file is cut short or damaged, or holds something else
 */
export function readRows(source: OpenSpikeFile, place: string, rows: number): Rows {
  const dataset = requireRows(source, place, rows);
  const { type, vlen_type: variable, array_type: fixed } = dataset.metadata;
  const shape = dataset.metadata.shape!;
  const columns = shape.length === 2 ? shape[1]! : (fixed?.total_size ?? 0);
  const isTable = type === TYPE.array ? shape.length === 1 : shape.length === 2;
  const element = variable ?? fixed ?? dataset.metadata;
  const isRows = type === TYPE.rows && shape.length === 1;
  if (!isNumeric(element) || !(isRows || isTable)) {
    const got = `${typeName(element)} of shape [${shape.join(", ")}]`;
    throw hdf5Error({ ...at(source, place), expected: "rows of numbers", got, kind: "not supported" });
  }
  if (isRows) return { ...readVariable(source, place, rows, element.size), element, isFixed: false };
  const offsets = Uint32Array.from({ length: rows + 1 }, (_, row) => row * columns);
  return { bytes: readElements(source, place, dataset), offsets, element, isFixed: true };
}

/** A data set that has so many rows. */
export function requireRows(source: OpenSpikeFile, place: string, rows: number): Hdf5Dataset {
  const dataset = requireDataset(source, place);
  const { shape } = dataset.metadata;
  if (shape?.[0] === rows) return dataset;
  const got = `shape [${shape?.join(", ") ?? ""}]`;
  throw hdf5Error({ ...at(source, place), expected: `${rows} rows, as there are labels`, got });
}

/**
 * Reads rows of variable length straight into one array, of which only a small piece is ever held twice. The library's
 * own conversion would make an array of JavaScript for each row, and does not know half floats.
 *
 * Rows are read twice: for their lengths, then for their contents, so that nothing is allocated on a guess.
 */
function readVariable(
  source: OpenSpikeFile,
  place: string,
  rows: number,
  elementBytes: number,
): Pick<Rows, "bytes" | "offsets"> {
  const offsets = new Uint32Array(rows + 1);
  let total = 0;
  forEachRow(source, place, rows, (row, length, address) => {
    total += length;
    checkRow(source, place, { row, end: address + length * elementBytes, totalBytes: total * elementBytes });
    offsets[row + 1] = total;
  });
  const bytes = new Uint8Array(total * elementBytes);
  const { Module } = source.library;
  forEachRow(source, place, rows, (row, length, address) => {
    const end = address + length * elementBytes;
    bytes.set(Module.HEAPU8.subarray(address, end), offsets[row]! * elementBytes);
  });
  return { bytes, offsets };
}

/** Each row is written down once in a whole file, never compressed: together they are not longer than the file. */
function checkRow(
  source: OpenSpikeFile,
  place: string,
  { row, end, totalBytes }: { readonly row: number; readonly end: number; readonly totalBytes: number },
): void {
  const isInside = end <= source.library.Module.HEAPU8.length;
  if (isInside && totalBytes <= source.fileBytes) return;
  throw hdf5Error({
    ...at(source, place),
    expected: `rows of at most the ${source.fileBytes} bytes of the file`,
    got: isInside ? `${totalBytes} up to row ${row}` : `a row ${row} that is longer`,
  });
}

function forEachRow(
  source: OpenSpikeFile,
  place: string,
  rows: number,
  visit: (row: number, length: number, address: number) => void,
): void {
  const { open } = source;
  const { Module } = source.library;
  const address = Module._malloc(ROWS_AT_ONCE * ROW_BYTES);
  if (address === 0)
    throw hdf5Error({ ...at(source, place), expected: `${rows} rows`, got: "no memory for them" });
  try {
    for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
      const length = Math.min(ROWS_AT_ONCE, rows - first);
      const count = [BigInt(length)];
      orStatus(
        () => Module.get_dataset_data(open.file_id, place, count, [BigInt(first)], [1n], BigInt(address)),
        { ...at(source, place), expected: `${rows} whole rows` },
      );
      const table = new Uint32Array(Module.HEAPU8.buffer, address, 2 * length);
      for (let i = 0; i < length; i++) visit(first + i, table[2 * i]!, table[2 * i + 1]!);
      Module.reclaim_vlen_memory_count(open.file_id, place, "", BigInt(address), count);
    }
  } finally {
    Module._free(address);
  }
}
