import { MyelinError, type TensorArray, type TensorData } from "@myelin/core";
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

/**
 * Tensors as a file that `torch.load(file, weights_only=True)` reads as an OrderedDict, for `load_state_dict`.
 *
 * @throws MyelinError for a type that PyTorch has no storage for, or more than 4 GB
 */
export function encodeStateDict(tensors: ReadonlyMap<string, TensorData>): Uint8Array {
  const bytes = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes > MOST_ZIP_BYTES / 2) {
    throw new MyelinError(
      `encodeStateDict: expected at most 2 GB of tensors, got ${bytes} bytes. Write safetensors.`,
    );
  }
  const pickle = new PickleWriter();
  pickle.call("collections.OrderedDict", () => pickle.tuple([]));
  pickle.items([...tensors].map(([name, value], index) => [name, () => writeTensor(pickle, value, index)]));
  const data = [...tensors.values()].map(({ data: { buffer, byteOffset, byteLength } }, index) => {
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

/** `_rebuild_tensor_v2(storage, 0, size, stride, False, OrderedDict())` on a storage of its own. */
function writeTensor(pickle: PickleWriter, { shape, data }: TensorData, key: number): void {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const storage = (): void =>
    pickle.persistent(() => {
      const numbers = () => pickle.integer(data.length);
      const parts = ["storage", () => pickle.global(`torch.${className(data)}`), String(key), "cpu", numbers];
      pickle.tuple(parts.map((part) => (typeof part === "string" ? () => pickle.text(part) : part)));
    });
  const sizes = (values: readonly number[]) => () =>
    pickle.tuple(values.map((value) => () => pickle.integer(value)));
  const hooks = (): void => pickle.call("collections.OrderedDict", () => pickle.tuple([]));
  const zero = (): void => pickle.integer(0);
  pickle.call("torch._utils._rebuild_tensor_v2", () =>
    pickle.tuple([storage, zero, sizes(shape), sizes(strides), () => pickle.boolean(false), hooks]),
  );
}

function className(data: TensorArray): StorageName {
  const found = CLASSES.find(([type]) => data instanceof type);
  if (found) return found[1];
  throw new MyelinError(
    `encodeStateDict: expected numbers that PyTorch stores, got a ${data.constructor.name}. Use signed integers.`,
  );
}
