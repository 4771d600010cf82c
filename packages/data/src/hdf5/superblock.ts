import { hdf5Error } from "./problem.ts";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** As many bytes from the beginning of a file as {@link requireWholeFile} looks at. */
export const HEAD_BYTES = 64;

/** Where the superblock of each version holds the address of the file's end. */
const END_ADDRESS: Readonly<Record<number, number>> = { 0: 40, 1: 44, 2: 28, 3: 28 };

/**
 * Checks that a file begins as HDF5 files do and is as long as it says. The library would find out too, but it prints C's
 * error stack before it says so.
 *
 * @param head the first {@link HEAD_BYTES} bytes
 * @param size of the whole file
 * @throws FormatError
 * @source HDF5 File Format Specification 3.0, II.A
 */
export function requireWholeFile(head: Uint8Array, size: number, file: string): void {
  const at = { file, place: "/" };
  if (head.length < HEAD_BYTES || SIGNATURE.some((byte, i) => head[i] !== byte)) {
    throw hdf5Error({ ...at, expected: "an HDF5 file", got: "another beginning" });
  }
  const version = head[8]!;
  const address = END_ADDRESS[version];
  if (address === undefined) {
    throw hdf5Error({ ...at, expected: "an HDF5 file of version 0 to 3", got: `version ${version}` });
  }
  const end = new DataView(head.buffer, head.byteOffset, head.byteLength).getBigUint64(address, true);
  if (BigInt(size) < end) {
    throw hdf5Error({ ...at, expected: `${end} bytes, as the file says`, got: `${size}` });
  }
}
