import { overBudget } from "../budget.ts";
import { at, type OpenSpikeFile } from "./open-file.ts";
import type { Hdf5Dataset } from "./library.ts";
import { hdf5Error, orStatus } from "./problem.ts";

/**
 * The bytes of a data set of elements of fixed size, little endian. The library's own conversion does not know half
 * floats. What a damaged or packed file claims to hold is compared with the memory budget first.
 */
export function readElements(
  source: OpenSpikeFile,
  place: string,
  dataset: Hdf5Dataset,
): Uint8Array<ArrayBuffer> {
  const { Module } = source.library;
  const { size, total_size: count } = dataset.metadata;
  const length = size * count;
  if (!(length <= source.budgetBytes)) {
    throw hdf5Error({ ...at(source, place), ...overBudget(`${count} elements`, length, source.budgetBytes) });
  }
  const problem = { ...at(source, place), expected: `${count} whole elements` };
  const address = Module._malloc(Math.max(1, length));
  if (address === 0) throw hdf5Error({ ...problem, got: `no room for ${length} bytes` });
  try {
    orStatus(
      () => Module.get_dataset_data(source.open.file_id, place, null, null, null, BigInt(address)),
      problem,
    );
    return Module.HEAPU8.slice(address, address + length);
  } finally {
    Module._free(address);
  }
}
