import type { TensorArray } from "@myelin/core/io";
import { Made, Tuple, type Fail, type PickleValue } from "../pickle/index.ts";
import { Storage } from "./storage.ts";

/** A tensor as a checkpoint describes it: a view of a storage. */
export class StoredTensor extends Made {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    super();
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }

  /** How many numbers it has. */
  get size(): number {
    return this.shape.reduce((product, n) => product * n, 1);
  }
}

/** `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])`. */
export function rebuildTensor(given: readonly PickleValue[], fail: Fail): StoredTensor {
  const [storage, offset, size, stride] = given;
  if (!(storage instanceof Storage)) return fail("the storage of a tensor", "another value");
  const shape = counts(size) ?? fail("the sizes of a tensor", "other values");
  const strides = counts(stride) ?? fail("the strides of a tensor", "other values");
  if (!isCount(offset)) return fail("where a tensor begins", "another value");
  if (shape.length !== strides.length) fail(`${shape.length} strides`, String(strides.length));
  const tensor = new StoredTensor(storage, offset, shape, strides);
  const end =
    tensor.size === 0 ? 0 : 1 + shape.reduce((last, n, axis) => last + (n - 1) * strides[axis]!, offset);
  if (!(end <= storage.numbers)) fail(`a storage of at least ${end} numbers`, String(storage.numbers));
  return tensor;
}

/** Its numbers in row-major order. */
export function gather({ offset, shape, strides, size }: StoredTensor, stored: TensorArray): TensorArray {
  if (isContiguous(shape, strides)) return stored.slice(offset, offset + size);
  const out = stored.slice(0, 0).constructor as new (length: number) => TensorArray;
  const values = new out(size);
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < size; i++) {
    values[i] = stored[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

function counts(value: PickleValue | undefined): readonly number[] | undefined {
  return value instanceof Tuple && value.items.every(isCount) ? value.items : undefined;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
