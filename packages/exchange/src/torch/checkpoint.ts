import type { TensorArray, TensorData } from "@myelin/core/io";
import { Global, readPickle, Tuple, type Fail, type Maker, type PickleValue } from "../pickle/index.ts";
import { fileError } from "../problem.ts";
import { openArchive, READER, SAVE_AGAIN, type Archive } from "./archive.ts";
import { decodeStorage, isStorageName, Storage, STORAGE_NAMES } from "./storage.ts";
import { gather, rebuildTensor, StoredTensor } from "./tensor.ts";

/** What `torch.save` has written, unpacked. */
export interface TorchCheckpoint {
  /** Tensors, dictionaries (as Maps), lists (as arrays), tuples, texts and numbers, as they were nested. */
  readonly value: PickleValue;
  /** The numbers of a tensor in there, in row-major order. */
  readonly tensor: (stored: StoredTensor) => TensorData;
}

/** Globals besides the classes of storages. Nothing else is ever looked up. */
const MAKERS: Readonly<Record<string, Maker>> = {
  "collections.OrderedDict": (given, fail) =>
    given.length === 0 ? new Map() : fail("an empty OrderedDict", `one of ${given.length} arguments`),
  "torch._utils._rebuild_tensor_v2": rebuildTensor,
  "torch._utils._rebuild_parameter": ([data], fail) =>
    data instanceof StoredTensor ? data : fail("the tensor of a parameter", "another value"),
  "torch.Size": ([sizes], fail) => (sizes instanceof Tuple ? sizes : fail("sizes", "another value")),
};

const ALLOWED: ReadonlySet<string> = new Set([
  ...Object.keys(MAKERS),
  ...STORAGE_NAMES.map((name) => `torch.${name}`),
]);

/**
 * Reads what `torch.save` has written.
 *
 * @throws FormatError if the file is damaged, an UnsupportedError if it holds anything but weights and plain values
 */
export async function readTorch(bytes: Uint8Array, file: string): Promise<TorchCheckpoint> {
  const archive = await openArchive(bytes, file);
  const pickle = requireWeights(archive, file);
  const value = readPickle(pickle, {
    reader: READER,
    file,
    allows: (name) => ALLOWED.has(name),
    makers: MAKERS,
    persistent: storageOf,
    hint: `Nothing is executed here. ${SAVE_AGAIN}`,
  });
  return { value, tensor: unpacker(archive, file) };
}

function requireWeights(archive: Archive, file: string): Uint8Array {
  const at = { reader: READER, file };
  if (archive.has("constants.pkl")) {
    const problem = { expected: "weights of torch.save", got: "a program of TorchScript", hint: SAVE_AGAIN };
    throw fileError({ ...at, ...problem, kind: "not supported" });
  }
  const pickle = archive.get("data.pkl");
  if (pickle) return pickle;
  throw fileError({ ...at, expected: "a file data.pkl in the archive", got: "none", hint: SAVE_AGAIN });
}

/** `("storage", torch.FloatStorage, key, location, numbers)`. */
function storageOf(id: PickleValue, fail: Fail): Storage {
  const [kind, type, key, , numbers] = id instanceof Tuple ? id.items : [];
  if (kind !== "storage" || !(type instanceof Global) || typeof key !== "string") {
    return fail("a storage", "another identifier");
  }
  const typeName = type.name.replace("torch.", "");
  if (!isStorageName(typeName)) return fail("the class of a storage", type.name);
  const isCount = typeof numbers === "number" && Number.isSafeInteger(numbers) && numbers >= 0;
  return isCount ? new Storage(key, typeName, numbers) : fail("the length of a storage", "another value");
}

/** Tensors may show the same numbers again and again; all together may take this much more than the file, or this. */
const MOST_TIMES = 4;
const MOST_EXTRA_BYTES = 2 ** 26;

function unpacker(archive: Archive, file: string): TorchCheckpoint["tensor"] {
  const isBig = new TextDecoder().decode(archive.get("byteorder") ?? new Uint8Array()) === "big";
  const known = new Map<string, TensorArray>();
  let room = MOST_EXTRA_BYTES;
  for (const contents of archive.values()) room += MOST_TIMES * contents.length;
  const load = (storage: Storage): TensorArray => {
    const id = `${storage.typeName} ${storage.key}`;
    const before = known.get(id);
    if (before) return before;
    const values = decodeStorage(storage, storageBytes(archive, storage, file), isBig);
    known.set(id, values);
    return values;
  };
  return (stored) => {
    room -= stored.size * stored.storage.type.keptBytes;
    if (!(room >= 0)) {
      const problem = { expected: "tensors not much larger than the file", got: "larger ones" };
      throw fileError({ reader: READER, file, ...problem });
    }
    const { dtype } = stored.storage.type;
    return { shape: stored.shape, data: gather(stored, load(stored.storage)), ...(dtype && { dtype }) };
  };
}

function storageBytes(archive: Archive, { key, type, numbers }: Storage, file: string): Uint8Array {
  const bytes = archive.get(`data/${key}`);
  const expected = numbers * type.bytes;
  if (bytes?.length === expected) return bytes;
  const got = bytes ? `${bytes.length}` : "no such file";
  throw fileError({ reader: READER, file, at: `data/${key}`, expected: `${expected} bytes`, got });
}
