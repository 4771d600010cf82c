/** HDF5 files of NIR, by one reader with one kind of error. */
import { MyelinError } from "@myelin/core";
import type { TensorArray } from "@myelin/core/io";
import {
  COMPRESSION_HINT,
  KNOWN_COMPRESSION,
  unknownFilter,
  type Hdf5File,
  type Hdf5Library,
} from "@myelin/data/hdf5";
import { fileError, type Fault } from "../problem.ts";
import type { NirArray, NirValue } from "./types.ts";

/** HDF5's numbers of the classes of types. */
const TEXT = 3;
const WHOLE = 0;
const FLOAT = 1;
const ENUMERATION = 8;

/** More numbers than this in one parameter are not read. */
const MOST_NUMBERS = 2 ** 28;

/** How the library shows the true and false of NumPy. */
interface Enumeration {
  readonly members: Readonly<Record<string, number>>;
}

export type Group = InstanceType<Hdf5Library["Group"]> | Hdf5File;
export type Dataset = InstanceType<Hdf5Library["Dataset"]>;

/** The open file: what the library throws, in C's terms, becomes one error with the place. */
export class Source {
  readonly #reader: string;
  readonly #library: Hdf5Library;
  readonly #file: string;

  /** @param reader the function that reads, for messages */
  constructor(reader: string, library: Hdf5Library, file: string) {
    this.#reader = reader;
    this.#library = library;
    this.#file = file;
  }

  /** Opens the file at a place in the library's own file system. */
  open(place: string): Hdf5File {
    const open = this.try("", "an HDF5 file", () => new this.#library.File(place, "r"));
    return open.file_id > 0n ? open : this.fail("", "an HDF5 file", "other or incomplete contents");
  }

  fail(at: string, expected: string, got: string, kind: Fault = "damaged", hint?: string): never {
    const place = at === "" ? undefined : at;
    throw fileError({ reader: this.#reader, file: this.#file, at: place, expected, got, kind, hint });
  }

  try<T>(at: string, expected: string, call: () => T): T {
    try {
      return call();
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      return this.fail(at, expected, text.split("\n", 1)[0]!.trim() || "no reason");
    }
  }

  isGroup(value: unknown): value is Group {
    return value instanceof this.#library.Group;
  }

  isDataset(value: unknown): value is Dataset {
    return value instanceof this.#library.Dataset;
  }

  names(group: Group, at: string): string[] {
    return this.try(at, "a list of names", () => group.keys());
  }

  /** A member of a group; the names are listed, as the library complains aloud of those it lacks. */
  member(group: Group, name: string, at: string): unknown {
    const place = at === "" ? name : `${at}/${name}`;
    if (!this.names(group, at).includes(name)) this.fail(place, "something there", "nothing");
    return this.try(place, "a group or a data set", () => group.get(name));
  }

  text(value: unknown, at: string): string {
    const [text] = this.isDataset(value) ? this.texts(value, at) : [];
    return text ?? this.fail(at, "a text", "something else");
  }

  /** Requires that the library can undo the compression. */
  #requireReadable(dataset: Dataset, at: string): void {
    const filter = this.try(at, "filters", () => unknownFilter(dataset));
    if (filter !== undefined) this.fail(at, KNOWN_COMPRESSION, filter, "not supported", COMPRESSION_HINT);
  }

  texts(dataset: Dataset, at: string): readonly string[] {
    this.#requireReadable(dataset, at);
    const { type } = this.try(at, "a type", () => dataset.metadata);
    if (type !== TEXT) this.fail(at, "texts", "numbers");
    const value = this.try(at, "texts", () => dataset.value);
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    const isTexts = all.every((text) => typeof text === "string");
    return isTexts ? all : this.fail(at, "texts", "something else");
  }

  /** Numbers; a text is refused. */
  array(member: unknown, at: string): NirArray {
    const value = this.value(member, at);
    return typeof value === "string" ? this.fail(at, "numbers", "a text") : value;
  }

  /** An attribute of a group: a text or a number. */
  attribute(group: Group, name: string, at: string): unknown {
    const attributes = this.try(at, "attributes", () => group.attrs);
    if (!Object.hasOwn(attributes, name)) this.fail(at, `the attribute ${name}`, "none");
    return this.try(at, `the attribute ${name}`, () => attributes[name]!.value);
  }

  value(member: unknown, at: string): NirValue {
    if (!this.isDataset(member)) return this.fail(at, "numbers or a text", "a group");
    this.#requireReadable(member, at);
    const { type, shape, size, total_size: total } = this.try(at, "a type and sizes", () => member.metadata);
    if (type === TEXT) return this.text(member, at);
    if (type === ENUMERATION && isBoolean(member.metadata.enum_type)) {
      return { shape: shape ?? [], data: this.try(at, "numbers", () => member.value) as TensorArray };
    }
    if (type !== WHOLE && type !== FLOAT) {
      return this.fail(at, "numbers or a text", `a type of class ${type}`, "not supported");
    }
    if (type === FLOAT && size !== 4 && size !== 8) {
      const hint = "Write them as float32 or float64.";
      return this.fail(at, "numbers of 4 or 8 bytes", `${size} bytes`, "not supported", hint);
    }
    if (shape === null || total > MOST_NUMBERS) return this.fail(at, "numbers of known sizes", "others");
    const value = this.try(at, "numbers", () => member.value);
    if (ArrayBuffer.isView(value)) return { shape, data: value as TensorArray };
    if (typeof value === "bigint") return { shape: [], data: BigInt64Array.of(value) };
    if (typeof value === "number") return { shape: [], data: single(type, size, value) };
    return this.fail(at, "numbers", "something else");
  }
}

function isBoolean(type: Enumeration | undefined): boolean {
  const members = type?.members ?? {};
  return Object.keys(members).length === 2 && members.FALSE === 0 && members.TRUE === 1;
}

function single(type: number, size: number, value: number): TensorArray {
  if (type === WHOLE) return size === 4 ? Int32Array.of(value) : BigInt64Array.of(BigInt(value));
  return size === 4 ? Float32Array.of(value) : Float64Array.of(value);
}

/** There are damaged files in which the HDF5 library loses its way in its own memory. */
export function refuseTrap(reader: string, file: string, cause: unknown): never {
  if (cause instanceof MyelinError) throw cause;
  const got = cause instanceof Error ? cause.message : String(cause);
  throw fileError({ reader, file, expected: "the HDF5 library to read the file", got });
}
