import { decodeBfloat16, decodeHalf, type TensorArray, type TensorData } from "@myelin/core/io";
import { Made } from "../pickle/index.ts";

/** Bytes a number and the way from bytes to numbers, by the name of PyTorch's storage. */
const STORAGES = {
  FloatStorage: { bytes: 4, keptBytes: 4, dtype: undefined, decode: (raw) => new Float32Array(raw) },
  DoubleStorage: { bytes: 8, keptBytes: 8, dtype: undefined, decode: (raw) => new Float64Array(raw) },
  HalfStorage: {
    bytes: 2,
    keptBytes: 4,
    dtype: "F16",
    decode: (raw) => Float32Array.from(new Uint16Array(raw), decodeOne),
  },
  BFloat16Storage: {
    bytes: 2,
    keptBytes: 4,
    dtype: "BF16",
    decode: (raw) => decodeBfloat16(new Uint16Array(raw)),
  },
  LongStorage: { bytes: 8, keptBytes: 8, dtype: undefined, decode: (raw) => new BigInt64Array(raw) },
  IntStorage: { bytes: 4, keptBytes: 4, dtype: undefined, decode: (raw) => new Int32Array(raw) },
  ShortStorage: { bytes: 2, keptBytes: 2, dtype: undefined, decode: (raw) => new Int16Array(raw) },
  CharStorage: { bytes: 1, keptBytes: 1, dtype: undefined, decode: (raw) => new Int8Array(raw) },
  ByteStorage: { bytes: 1, keptBytes: 1, dtype: undefined, decode: (raw) => new Uint8Array(raw) },
  BoolStorage: {
    bytes: 1,
    keptBytes: 1,
    dtype: "BOOL",
    decode: (raw) => new Uint8Array(raw).map((byte) => Number(byte !== 0)),
  },
} as const satisfies Readonly<Record<string, StorageType>>;

/** How the numbers of a storage are kept. */
interface StorageType {
  readonly bytes: number;
  /** Bytes a number takes once it is decoded. */
  readonly keptBytes: number;
  readonly dtype: TensorData["dtype"];
  readonly decode: (raw: ArrayBuffer) => TensorArray;
}

function decodeOne(bits: number): number {
  return decodeHalf(bits);
}

/** The class of a storage, such as "FloatStorage". */
export type StorageName = keyof typeof STORAGES;

/** Whether storages of a class are read. */
export function isStorageName(name: string): name is StorageName {
  return Object.hasOwn(STORAGES, name);
}

/** The classes of storages that are read. */
export const STORAGE_NAMES = Object.keys(STORAGES) as readonly StorageName[];

/** A block of numbers that tensors share. */
export class Storage extends Made {
  readonly key: string;
  readonly typeName: StorageName;
  readonly numbers: number;

  constructor(key: string, typeName: StorageName, numbers: number) {
    super();
    this.key = key;
    this.typeName = typeName;
    this.numbers = numbers;
  }

  /** How its numbers are kept. */
  get type(): StorageType {
    return STORAGES[this.typeName];
  }
}

/** The numbers of a storage from its bytes, which are turned where the file was written the other way round. */
export function decodeStorage({ type }: Storage, bytes: Uint8Array, bigEndian: boolean): TensorArray {
  const copy = new Uint8Array(bytes);
  if (bigEndian)
    for (let at = 0; at < copy.length; at += type.bytes) copy.subarray(at, at + type.bytes).reverse();
  return type.decode(copy.buffer);
}
