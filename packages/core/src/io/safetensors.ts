import {
  checkBytes,
  checkInstance,
  checkOneOf,
  checkOptions,
  checkShape,
  describeValue,
  isPlainObject,
  refuse,
} from "../checks.ts";
import { FormatError } from "../errors.ts";
import { encodeBfloat16, decodeBfloat16, decodeHalf, encodeHalf } from "./half.ts";
import { parseHeader } from "./safetensors-header.ts";
import { utf8Encode } from "./utf8.ts";

/** Numbers of one tensor; row-major. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly data: TensorArray;
  /** How a file stores the numbers, where their array does not say it. */
  readonly dtype?: NarrowType | undefined;
}

/** Types without an array of their own: F16 and BF16 are kept as float32, BOOL as bytes 0 and 1. */
export type NarrowType = "F16" | "BF16" | "BOOL";

/** Typed arrays that can be stored. */
export type TensorArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Contents of a safetensors file. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, TensorData>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Stored name, bytes per value and array of each supported type. */
const DTYPES = {
  F32: Float32Array,
  F64: Float64Array,
  I8: Int8Array,
  U8: Uint8Array,
  I16: Int16Array,
  U16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
} as const;

/** Types whose numbers are kept in a wider array: the array they are stored in, and the way there and back. */
const NARROW = {
  F16: {
    Stored: Uint16Array,
    Kept: Float32Array,
    widen: (bits: Uint16Array) => Float32Array.from(bits, (half) => decodeHalf(half)),
    narrow: (values: Float32Array) => Uint16Array.from(values, encodeHalf),
  },
  BF16: { Stored: Uint16Array, Kept: Float32Array, widen: decodeBfloat16, narrow: encodeBfloat16 },
  BOOL: {
    Stored: Uint8Array,
    Kept: Uint8Array,
    widen: (bytes: Uint8Array) => bytes.map((byte) => Number(byte !== 0)),
    narrow: (values: Uint8Array) => values.map((value) => Number(value !== 0)),
  },
} as const;

/** Data starts at a multiple of this, and larger types come first, so that every tensor is aligned. */
const ALIGNMENT = 8;

/**
 * Writes tensors in the safetensors format: header length (8 bytes, little-endian), JSON header, data. Numbers are
 * stored as their array holds them, or rounded to the nearest of `dtype`.
 *
 * @param tensors by name; `__metadata__` is not allowed as a name
 * @param metadata strings by name
 * @throws FormatError if a shape does not fit its data
 * @source safetensors format description, https://huggingface.co/docs/safetensors
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, TensorData>> | ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkMetadata(metadata);
  const named = toEntries(tensors);
  for (const [name, { shape, data }] of named) checkEntry(name, shape, data);
  const entries = named.map(toStored).sort((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [["__metadata__", metadata]] : [];
  let end = 0;
  for (const { name, dtype, shape, data } of entries) {
    const start = end;
    end += data.byteLength;
    header.push([name, { dtype, shape, data_offsets: [start, end] }]);
  }
  return assemble(encodeHeader(header), entries, end);
}

/**
 * Reads a safetensors file. Everything in its header is checked before it is used. Half floats and bfloat16 become
 * float32, exactly; what is true becomes 1.
 *
 * @throws FormatError naming the tensor, the byte and the fault if the file is not well-formed
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  checkBytes("decodeSafetensors", bytes);
  const { entries, metadata, dataStart } = parseHeader(bytes, bytesPerNumber);
  const tensors = new Map<string, TensorData>();
  for (const { name, dtype, shape, start, end } of entries) {
    // A copy, because typed arrays need aligned memory and the file may lie anywhere in a buffer; `slice` of Node's
    // Buffer would not make one.
    const copy = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end));
    tensors.set(name, { shape, ...fromStored(dtype, copy.buffer) });
  }
  return { tensors, metadata };
}

function fromStored(dtype: string, buffer: ArrayBuffer): Omit<TensorData, "shape"> {
  if (!isNarrow(dtype)) return { data: new DTYPES[dtype as keyof typeof DTYPES](buffer) };
  const { Stored, widen } = NARROW[dtype];
  return { data: (widen as (stored: TensorArray) => TensorArray)(new Stored(buffer)), dtype };
}

/** A tensor as it stands in the file. */
interface StoredTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: TensorArray;
}

function toStored([name, { shape, data, dtype }]: [string, TensorData]): StoredTensor {
  if (dtype === undefined) return { name, dtype: dtypeOf(name, data), shape, data };
  const narrow = NARROW[dtype].narrow as (values: TensorArray) => TensorArray;
  return { name, dtype, shape, data: narrow(data) };
}

function isNarrow(dtype: string): dtype is NarrowType {
  return Object.hasOwn(NARROW, dtype);
}

function toEntries(
  tensors: Readonly<Record<string, TensorData>> | ReadonlyMap<string, TensorData>,
): [string, TensorData][] {
  // The guard is spelled out because `instanceof Map` alone loses the types of names and values.
  const isMap = (value: typeof tensors): value is ReadonlyMap<string, TensorData> => value instanceof Map;
  if (!isMap(tensors) && !isPlainObject(tensors)) {
    refuse("encodeSafetensors", "an object or a Map of { shape, data } by name", tensors);
  }
  const entries = isMap(tensors) ? [...tensors] : Object.entries(tensors);
  for (const [name, entry] of entries) {
    const symbol = `encodeSafetensors.${describeValue(name)}`;
    checkOptions(symbol, entry, { shape: true, data: true, dtype: true }, "{ shape, data }");
    checkShape(`${symbol}.shape`, entry.shape, 0);
    dtypeOf(name, entry.data);
    if (entry.dtype !== undefined) checkNarrow(symbol, entry.dtype, entry.data);
  }
  return entries;
}

function checkNarrow(symbol: string, dtype: NarrowType, data: TensorArray): void {
  checkOneOf(`${symbol}.dtype`, dtype, Object.keys(NARROW) as NarrowType[], "Leave it away for other types.");
  const Kept: typeof Float32Array | typeof Uint8Array = NARROW[dtype].Kept;
  const type = Kept as new () => TensorArray;
  checkInstance(`${symbol}.data`, data, type, `a ${Kept.name} for ${dtype}`);
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  const texts = isPlainObject(metadata) && Object.values(metadata).every((text) => typeof text === "string");
  if (!texts) refuse("encodeSafetensors.metadata", "an object of texts", metadata);
}

/** Bytes a number of `dtype` takes, or undefined for a type that is not supported. */
function bytesPerNumber(dtype: string): number | undefined {
  if (isNarrow(dtype)) return NARROW[dtype].Stored.BYTES_PER_ELEMENT;
  return Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype as keyof typeof DTYPES].BYTES_PER_ELEMENT : undefined;
}

function checkEntry(name: string, shape: readonly number[], data: TensorArray): void {
  const size = shape.reduce((product, n) => product * n, 1);
  if (name === "__metadata__")
    throw new FormatError('encodeSafetensors: expected another name, got "__metadata__".');
  if (size !== data.length || shape.some((n) => !Number.isSafeInteger(n) || n < 0)) {
    const got = `shape [${shape.join(", ")}]`;
    throw new FormatError(
      `encodeSafetensors: expected a shape of ${data.length} numbers for "${name}", got ${got}.`,
    );
  }
}

function dtypeOf(name: string, data: TensorArray): string {
  const found = Object.entries(DTYPES).find(([, type]) => data instanceof type);
  if (found === undefined) {
    throw new FormatError(
      `encodeSafetensors: expected a typed array for "${name}", got ${describeValue(data)}.`,
    );
  }
  return found[0];
}

/** JSON text, padded with spaces so that the data after it are aligned. */
function encodeHeader(header: readonly [string, unknown][]): Uint8Array {
  const members = header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = utf8Encode(`{${members.join(",")}}`);
  const padded = new Uint8Array(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  padded.set(text);
  return padded;
}

function assemble(header: Uint8Array, entries: readonly StoredTensor[], dataLength: number): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let offset = 8 + header.length;
  for (const { data } of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}
