import { MyelinError } from "@myelin/core";
import { checkInstance, checkOneOf, checkOptions, checkShape, checkText, refuse } from "@myelin/core/checks";
import {
  encodeBfloat16,
  encodeHalf,
  type NarrowType,
  type TensorArray,
  type TensorData,
} from "@myelin/core/io";
import { PickleWriter } from "../pickle/index.ts";
import type { StorageName } from "./storage.ts";
import { MOST_ZIP_BYTES, writeZip } from "./zip-writer.ts";

/** PyTorch's class of storages for each array. */
const CLASSES: readonly (readonly [new (length: number) => TensorArray, StorageName])[] = [
  [Float32Array, "FloatStorage"],
  [Float64Array, "DoubleStorage"],
  [BigInt64Array, "LongStorage"],
  [Int32Array, "IntStorage"],
  [Int16Array, "ShortStorage"],
  [Int8Array, "CharStorage"],
  [Uint8Array, "ByteStorage"],
];

/** Types without an array of their own: the array that holds them, PyTorch's class, and the way to its bytes. */
const NARROW = {
  F16: {
    Kept: Float32Array,
    storage: "HalfStorage",
    narrow: (values: Float32Array) => Uint16Array.from(values, encodeHalf),
  },
  BF16: { Kept: Float32Array, storage: "BFloat16Storage", narrow: encodeBfloat16 },
  BOOL: {
    Kept: Uint8Array,
    storage: "BoolStorage",
    narrow: (values: Uint8Array) => values.map((value) => Number(value !== 0)),
  },
} as const satisfies Readonly<
  Record<NarrowType, { readonly storage: StorageName; readonly [more: string]: unknown }>
>;

/** A tensor as it goes into the file. */
interface Written {
  readonly name: string;
  readonly shape: readonly number[];
  readonly storage: StorageName;
  readonly data: TensorArray;
}

/**
 * Tensors as a file that `torch.load(file, weights_only=True)` reads as an OrderedDict, for `load_state_dict`.
 *
 * @throws MyelinError for a type that PyTorch has no storage for, or more than 4 GB
 */
export function encodeStateDict(tensors: ReadonlyMap<string, TensorData>): Uint8Array {
  checkInstance(
    "encodeStateDict",
    tensors as Map<string, TensorData>,
    Map,
    "a Map of { shape, data } by name",
  );
  const written = [...tensors].map(([name, value]) => writtenOf(name, value));
  const bytes = written.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes > MOST_ZIP_BYTES / 2) {
    throw new MyelinError(
      `encodeStateDict: expected at most 2 GB of tensors, got ${bytes} bytes. Write safetensors.`,
    );
  }
  const pickle = new PickleWriter();
  pickle.call("collections.OrderedDict", () => pickle.tuple([]));
  pickle.items(written.map((one, index) => [one.name, () => writeTensor(pickle, one, index)]));
  const data = written.map(({ data: { buffer, byteOffset, byteLength } }, index) => {
    return [`archive/data/${index}`, new Uint8Array(buffer, byteOffset, byteLength)] as const;
  });
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  return writeZip([
    ["archive/data.pkl", pickle.bytes()],
    ["archive/byteorder", text("little")],
    ...data,
    ["archive/version", text("3\n")],
  ]);
}

function writtenOf(name: string, value: TensorData): Written {
  checkText("encodeStateDict: names", name);
  const symbol = `encodeStateDict.${JSON.stringify(name)}`;
  const known = { shape: true, data: true, dtype: true } as const;
  const { shape, data, dtype } = checkOptions(symbol, value, known, "{ shape, data }");
  checkShape(`${symbol}.shape`, shape, 0);
  const storage = storageName(symbol, data);
  if (shape.reduce((product, n) => product * n, 1) !== data.length) {
    refuse(`${symbol}.shape`, `a shape of ${data.length} numbers`, shape);
  }
  if (dtype === undefined) return { name, shape, storage, data };
  checkOneOf(`${symbol}.dtype`, dtype, Object.keys(NARROW) as NarrowType[], "Leave it away for other types.");
  const { Kept, storage: narrower, narrow } = NARROW[dtype];
  const kept = checkInstance(
    `${symbol}.data`,
    data,
    Kept as new () => TensorArray,
    `a ${Kept.name} for ${dtype}`,
  );
  return { name, shape, storage: narrower, data: (narrow as (values: TensorArray) => TensorArray)(kept) };
}

/** `_rebuild_tensor_v2(storage, 0, size, stride, False, OrderedDict())` on a storage of its own. */
function writeTensor(pickle: PickleWriter, { shape, data, storage }: Written, key: number): void {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const stored = (): void =>
    pickle.persistent(() => {
      const numbers = () => pickle.integer(data.length);
      const parts = ["storage", () => pickle.global(`torch.${storage}`), String(key), "cpu", numbers];
      pickle.tuple(parts.map((part) => (typeof part === "string" ? () => pickle.text(part) : part)));
    });
  const sizes = (values: readonly number[]) => () =>
    pickle.tuple(values.map((value) => () => pickle.integer(value)));
  const hooks = (): void => pickle.call("collections.OrderedDict", () => pickle.tuple([]));
  const zero = (): void => pickle.integer(0);
  pickle.call("torch._utils._rebuild_tensor_v2", () =>
    pickle.tuple([stored, zero, sizes(shape), sizes(strides), () => pickle.boolean(false), hooks]),
  );
}

function storageName(symbol: string, data: TensorArray): StorageName {
  const found = CLASSES.find(([type]) => data instanceof type);
  return found?.[1] ?? refuse(`${symbol}.data`, "numbers that PyTorch stores", data, "Use signed integers.");
}
