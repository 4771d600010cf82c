import { checkOptions, checkText } from "@myelin/core/checks";
import { checkBytes, formatError, plural } from "../bytes/index.ts";

/** The number types an IDX file can hold. */
export type IdxArray = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** The array of an IDX file. */
export interface IdxFile {
  /** Sizes of the axes, slowest first; MNIST images are [count, height, width]. */
  readonly shape: readonly number[];
  /** The values in the machine's byte order; one-byte values are a view of the bytes that were read, not a copy. */
  readonly data: IdxArray;
}

/** Options of {@link readIdx}. */
export interface ReadIdxOptions {
  /** Name of the file in error messages. */
  readonly name?: string;
}

interface ElementType {
  readonly bytes: number;
  read(view: DataView, count: number): IdxArray;
}

/** Element types by their code in the third byte of the magic number; multi-byte values are big-endian. */
const ELEMENT_TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [0x08, { bytes: 1, read: (view, count) => new Uint8Array(view.buffer, view.byteOffset, count) }],
  [0x09, { bytes: 1, read: (view, count) => new Int8Array(view.buffer, view.byteOffset, count) }],
  [0x0b, bigEndian(Int16Array, (view, at) => view.getInt16(at))],
  [0x0c, bigEndian(Int32Array, (view, at) => view.getInt32(at))],
  [0x0d, bigEndian(Float32Array, (view, at) => view.getFloat32(at))],
  [0x0e, bigEndian(Float64Array, (view, at) => view.getFloat64(at))],
]);

const HINT = "The file is damaged or no IDX file: get it again.";
const CUT_SHORT = { hint: "The file is cut short: get it again.", kind: "cut short" } as const;

/**
 * Reads an IDX file (the format of MNIST): two zero bytes, the element type, the number of axes, the size of each axis
 * as a big-endian unsigned 32-bit integer, then the values, slowest axis first. Nothing may follow them.
 *
 * Memory is bounded by the size of `bytes`: sizes in the header are checked against it before anything is allocated.
 *
 * @param bytes the whole file, not compressed (see {@link gunzip})
 * @throws FormatError if the header or the length is wrong
 * @source Y. LeCun, C. Cortes, C. Burges, "The MNIST database", section "The IDX file format"
 * @example const { shape, data } = readIdx(bytes, { name: "t10k-images-idx3-ubyte" });
 */
export function readIdx(bytes: Uint8Array | ArrayBuffer, options: ReadIdxOptions = {}): IdxFile {
  const { name = "IDX data" } = checkOptions("readIdx", options, { name: true });
  checkText("readIdx.name", name);
  const array = checkBytes("readIdx", bytes);
  const view = new DataView(array.buffer, array.byteOffset, array.byteLength);
  const { type, shape, start, count } = readHeader(view, name);
  const available = view.byteLength - start;
  if (available !== count * type.bytes) {
    throw formatError({
      reader: "readIdx",
      file: name,
      byte: start,
      expected: `${plural(count * type.bytes, "byte")} of values for shape [${shape.join(", ")}]`,
      got: String(available),
      ...(available < count * type.bytes ? CUT_SHORT : { hint: HINT }),
    });
  }
  return { shape, data: type.read(new DataView(array.buffer, array.byteOffset + start, available), count) };
}

/** The most bytes that a header can have: 255 axes. */
export const IDX_HEADER_BYTES = 4 + 4 * 255;

/**
 * What the header of an IDX file says: the shape, and how many bytes the whole file has.
 *
 * @param bytes the beginning of the file, {@link IDX_HEADER_BYTES} of it or all
 * @throws FormatError if it is no such header
 */
export function readIdxHeader(
  bytes: Uint8Array,
  { name }: { readonly name: string },
): { readonly shape: readonly number[]; readonly fileBytes: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { type, shape, start, count } = readHeader(view, name);
  return { shape, fileBytes: start + count * type.bytes };
}

function readHeader(view: DataView, name: string) {
  const type = readMagic(view, name);
  const shape = readShape(view, name);
  const count = shape.reduce((product, size) => product * size, 1);
  return { type, shape, start: 4 + 4 * shape.length, count };
}

function readMagic(view: DataView, file: string): ElementType {
  const problem = { reader: "readIdx", file, byte: 0, hint: HINT };
  if (view.byteLength < 4) {
    throw formatError({
      ...problem,
      expected: "a magic number of 4 bytes",
      got: plural(view.byteLength, "byte"),
      ...CUT_SHORT,
    });
  }
  const magic = view.getUint32(0);
  const type = ELEMENT_TYPES.get(magic >>> 8);
  const axes = magic & 0xff;
  if (!type || axes === 0) {
    throw formatError({
      ...problem,
      expected: "an IDX magic number such as 0x00000803 (unsigned bytes, 3 axes)",
      got: `0x${magic.toString(16).padStart(8, "0")}`,
      hint: magic >>> 16 === 0x1f8b ? "The file is gzipped: decompress it first." : HINT,
    });
  }
  return type;
}

function readShape(view: DataView, file: string): number[] {
  const axes = view.getUint8(3);
  const available = view.byteLength - 4;
  if (available < 4 * axes) {
    throw formatError({
      reader: "readIdx",
      file,
      byte: 4,
      expected: `${4 * axes} bytes for the sizes of the axes (${axes})`,
      got: plural(available, "byte"),
      ...CUT_SHORT,
    });
  }
  return Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
}

function bigEndian<A extends IdxArray>(
  constructor: { new (count: number): A; readonly BYTES_PER_ELEMENT: number },
  get: (view: DataView, at: number) => number,
): ElementType {
  const bytes = constructor.BYTES_PER_ELEMENT;
  return {
    bytes,
    read(view, count) {
      const values = new constructor(count);
      for (let i = 0; i < count; i++) values[i] = get(view, i * bytes);
      return values;
    },
  };
}
