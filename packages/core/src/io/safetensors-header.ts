import { FormatError, TruncatedError, UnsupportedError } from "../errors.ts";
import { type DuplicateKey, findDuplicateKey } from "./json-keys.ts";
import { utf8Decode } from "./utf8.ts";

/** Longest header that is read, as in the format's reference implementation. */
const MAX_HEADER = 100_000_000;

/** One tensor of the header; offsets count from the start of the data. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** A checked header. */
export interface Header {
  readonly entries: readonly HeaderEntry[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Byte at which the data begin. */
  readonly dataStart: number;
}

/**
 * Reads and checks the header of a safetensors file.
 *
 * @param bytesPerNumber size of a type, undefined for an unknown one
 * @throws FormatError for anything that is not exactly as the format says
 */
export function parseHeader(
  bytes: Uint8Array,
  bytesPerNumber: (dtype: string) => number | undefined,
): Header {
  const length = headerLength(bytes);
  const json = parseJson(bytes.subarray(8, 8 + length));
  const entries: HeaderEntry[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of Object.entries(json)) {
    if (name === "__metadata__") metadata = parseMetadata(value);
    else entries.push(parseEntry(name, value, bytesPerNumber));
  }
  checkCoverage(entries, bytes.length - 8 - length);
  return { entries, metadata, dataStart: 8 + length };
}

/** Hints by the error they belong to. */
const HINTS = new Map([
  [FormatError, "The file is damaged or no safetensors file."],
  [TruncatedError, "The file is cut short: get it again."],
  [UnsupportedError, "This type is not supported: save the tensor with another."],
]);

function fail(what: string, got: string, byte: number, Fault: typeof FormatError = FormatError): never {
  throw new Fault(`decodeSafetensors: expected ${what}, got ${got} (byte ${byte}). ${HINTS.get(Fault)}`);
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < 8) fail("at least 8 bytes", `${bytes.length}`, bytes.length, TruncatedError);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  const available = Math.min(bytes.length - 8, MAX_HEADER);
  if (length < 2n || length > BigInt(available)) {
    const isCut = length >= 2n && length <= BigInt(MAX_HEADER);
    fail(`a header length from 2 to ${available}`, `${length}`, 0, isCut ? TruncatedError : FormatError);
  }
  return Number(length);
}

function parseJson(bytes: Uint8Array): object {
  if (bytes[0] !== 0x7b) fail('a header that starts with "{"', `byte value ${bytes[0]}`, 8);
  let json: unknown;
  let duplicate: DuplicateKey | undefined;
  try {
    const text = utf8Decode(bytes);
    json = JSON.parse(text);
    duplicate = findDuplicateKey(text);
  } catch (error) {
    fail("a header in JSON", error instanceof Error ? error.message : String(error), 8);
  }
  if (duplicate !== undefined) {
    fail("every name once", `"${duplicate.key}" again`, 8 + duplicate.position);
  }
  return json as object;
}

function parseMetadata(value: unknown): ReadonlyMap<string, string> {
  if (value === null) return new Map();
  const entries = isObject(value) ? Object.entries(value) : undefined;
  if (entries === undefined || entries.some(([, text]) => typeof text !== "string")) {
    fail("__metadata__ to hold strings only", JSON.stringify(value), 8);
  }
  return new Map(entries as [string, string][]);
}

function parseEntry(
  name: string,
  value: unknown,
  bytesPerNumber: (dtype: string) => number | undefined,
): HeaderEntry {
  if (!isObject(value)) fail(`an object for tensor "${name}"`, JSON.stringify(value), 8);
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const extra = Object.keys(rest)[0];
  if (extra !== undefined) fail(`dtype, shape and data_offsets for tensor "${name}"`, `"${extra}"`, 8);
  const bytes = typeof dtype === "string" ? bytesPerNumber(dtype) : undefined;
  if (bytes === undefined) {
    const Fault = typeof dtype === "string" ? UnsupportedError : FormatError;
    fail(`a supported dtype for tensor "${name}"`, JSON.stringify(dtype), 8, Fault);
  }
  if (!isCounts(shape)) fail(`a shape of whole numbers for tensor "${name}"`, JSON.stringify(shape), 8);
  if (!isCounts(offsets) || offsets.length !== 2) {
    fail(`two data_offsets for tensor "${name}"`, JSON.stringify(offsets), 8);
  }
  const [start, end] = offsets as [number, number];
  const size = shape.reduce((product, n) => product * n, bytes);
  if (!Number.isSafeInteger(size) || end - start !== size) {
    fail(`${size} bytes for tensor "${name}" of shape [${shape.join(", ")}]`, `${end - start}`, 8);
  }
  return { name, dtype: dtype as string, shape, start, end };
}

/** The tensors must cover the data exactly: no hole, no overlap, nothing beyond the end. */
function checkCoverage(entries: readonly HeaderEntry[], dataLength: number): void {
  let covered = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== covered) fail(`tensor "${name}" to start at data offset ${covered}`, `${start}`, 8);
    covered = end;
  }
  if (covered === dataLength) return;
  const Fault = dataLength < covered ? TruncatedError : FormatError;
  fail(`${covered} bytes of data`, `${dataLength}`, 8, Fault);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
