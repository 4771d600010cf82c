import { at, type OpenSpikeFile } from "./open-file.ts";
import type { Hdf5Dataset } from "./library.ts";
import { hdf5Error, orProblem } from "./problem.ts";

/**
 * The bytes of a data set of elements of fixed size, little endian. The library's own conversion does not know half
 * floats.
 */
export function readElements(
  source: OpenSpikeFile,
  place: string,
  dataset: Hdf5Dataset,
): Uint8Array<ArrayBuffer> {
  const { Module } = source.library;
  const { size, total_size: count } = dataset.metadata;
  const problem = { ...at(source, place), expected: `${count} whole elements` };
  const address = Module._malloc(Math.max(1, size * count));
  if (address === 0) throw hdf5Error({ ...problem, got: `no room for ${size * count} bytes` });
  try {
    const status = orProblem(
      () => Module.get_dataset_data(source.open.file_id, place, null, null, null, BigInt(address)),
      problem,
    );
    if (status < 0) throw hdf5Error({ ...problem, got: `status ${status} of the HDF5 library` });
    return Module.HEAPU8.slice(address, address + size * count);
  } finally {
    Module._free(address);
  }
}
