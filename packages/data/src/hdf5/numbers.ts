import { HALF_VALUES } from "../spikes/index.ts";

/** HDF5's classes of types, as the library numbers them. */
export const TYPE = { integer: 0, float: 1, text: 3, enumeration: 8, rows: 9, array: 10 } as const;

/** How numbers are stored. */
export interface NumberType {
  /** Of {@link TYPE}; the numbers of an enumeration are integers. */
  readonly type: number;
  /** Bytes a number. */
  readonly size: number;
  readonly signed: boolean;
  readonly littleEndian: boolean;
}

/** Numbers of any type; half floats are their bits. */
export type Numbers =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

const INTEGERS = {
  1: [Uint8Array, Int8Array],
  2: [Uint16Array, Int16Array],
  4: [Uint32Array, Int32Array],
  8: [BigUint64Array, BigInt64Array],
} as const;

const FLOATS = { 2: Uint16Array, 4: Float32Array, 8: Float64Array } as const;

/** Whether numbers of this type can be read. */
export function isNumeric({ type, size }: { readonly type: number; readonly size: number }): boolean {
  return type === TYPE.float ? size in FLOATS : isWhole(type) && size in INTEGERS;
}

/** Whether a type holds whole numbers. */
export function isWhole(type: number): boolean {
  return type === TYPE.integer || type === TYPE.enumeration;
}

/** What a type is called in messages. */
export function typeName({ type, size }: { readonly type: number; readonly size: number }): string {
  const known = Object.entries(TYPE).find(([, number]) => number === type)?.[0];
  return `${known ?? `class ${type}`} of ${size} bytes`;
}

/**
 * Bytes as numbers. The library has brought them into the order of this machine, whatever the file's is, but those of
 * enumerations, which are turned in place.
 */
export function numbersOf(
  bytes: Uint8Array<ArrayBuffer>,
  { type, size, signed, littleEndian }: NumberType,
): Numbers {
  if (type === TYPE.enumeration && !littleEndian) turnBytes(bytes, size);
  if (type === TYPE.float) return new FLOATS[size as keyof typeof FLOATS](bytes.buffer);
  return new INTEGERS[size as keyof typeof INTEGERS][signed ? 1 : 0](bytes.buffer);
}

/** The same, with half floats decoded. */
export function valuesOf(bytes: Uint8Array<ArrayBuffer>, type: NumberType): ArrayLike<number | bigint> {
  const numbers = numbersOf(bytes, type);
  const isHalf = type.type === TYPE.float && numbers instanceof Uint16Array;
  return isHalf ? Float32Array.from(numbers, (bits) => HALF_VALUES[bits]!) : numbers;
}

function turnBytes(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
