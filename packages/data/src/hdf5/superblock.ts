import { checkBytes } from "../bytes/index.ts";
import { hdf5Error } from "./problem.ts";

/** The bytes of a file from a place on; fewer at its end. */
export type ReadAt = (position: number, length: number) => Uint8Array | Promise<Uint8Array>;

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** As many bytes of the superblock as are looked at. */
const HEAD_BYTES = 64;

/** Smallest block of a user's own bytes ahead of the superblock; others are twice, four times ... as large. */
const USER_BLOCK_BYTES = 512;

/** Where the superblock of each version holds the size of addresses, and where the addresses begin. */
const LAYOUTS: Readonly<Record<number, { readonly sizeAt: number; readonly addressesAt: number }>> = {
  0: { sizeAt: 13, addressesAt: 24 },
  1: { sizeAt: 13, addressesAt: 28 },
  2: { sizeAt: 9, addressesAt: 12 },
  3: { sizeAt: 9, addressesAt: 12 },
};

/**
 * Checks that a file is an HDF5 file, perhaps behind a block of the user's own, and as long as it says. The library would
 * find out too, but it prints C's error stack before it says so.
 *
 * @param size of the whole file
 * @param reader the function that reads, if it is not `readSpikes`
 * @throws FormatError: a TruncatedError if the file is shorter than it says, an UnsupportedError for a newer version
 * @source HDF5 File Format Specification 3.0, II.A
 */
export async function requireWholeFile(
  read: ReadAt,
  size: number,
  file: string,
  reader?: string,
): Promise<void> {
  const at = { file, place: "/", reader };
  const position = await findSuperblock(read, size);
  if (position === undefined) {
    throw hdf5Error({ ...at, expected: "an HDF5 file", got: "another beginning" });
  }
  const head = await read(position, HEAD_BYTES);
  if (head.length < HEAD_BYTES) {
    const problem = { ...at, expected: `${HEAD_BYTES} bytes of a superblock`, got: `${head.length}` };
    throw hdf5Error({ ...problem, kind: "cut short" });
  }
  const version = head[SIGNATURE.length]!;
  const layout = LAYOUTS[version];
  if (!layout) {
    const problem = { ...at, expected: "an HDF5 file of version 0 to 3", got: `version ${version}` };
    throw hdf5Error({ ...problem, kind: "not supported" });
  }
  const addressBytes = head[layout.sizeAt]!;
  const address = (i: number): number =>
    littleEndian(head, layout.addressesAt + i * addressBytes, addressBytes);
  // Addresses count from the base, which is where the superblock stands, whatever was put ahead of it later.
  const end = address(2) - address(0) + position;
  if (size < end) {
    throw hdf5Error({ ...at, expected: `${end} bytes, as the file says`, got: `${size}`, kind: "cut short" });
  }
}

/** Whether the beginning of a file has the signature of HDF5, perhaps behind a block of the user's own. */
export function isHdf5(head: Uint8Array): boolean {
  checkBytes("isHdf5", head);
  return superblockPlaces(head.length).some((at) => isSignature(head.subarray(at)));
}

async function findSuperblock(read: ReadAt, size: number): Promise<number | undefined> {
  for (const at of superblockPlaces(size)) {
    if (isSignature(await read(at, SIGNATURE.length))) return at;
  }
  return undefined;
}

function superblockPlaces(size: number): number[] {
  const places = [0];
  for (let at = USER_BLOCK_BYTES; at < size; at *= 2) places.push(at);
  return places;
}

function isSignature(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = 256 * value + bytes[at + i]!;
  return value;
}
