import {
  checkBytes,
  checkOptions,
  checkText,
  MyelinError,
  nearestName,
  warn,
  type TensorArray,
} from "@myelin/core";
import {
  COMPRESSION_HINT,
  inHdf5Memory,
  KNOWN_COMPRESSION,
  requireWholeFile,
  unknownFilter,
  type Hdf5File,
  type Hdf5Library,
} from "@myelin/data/hdf5";
import { fileError, quote, type Fault } from "../problem.ts";
import { checkGraph, shapeConflicts } from "./check.ts";
import { NIR_FIELDS, type NirEdge, type NirGraph, type NirMetadata, type NirNode } from "./types.ts";
import type { NirType, NirValue } from "./types.ts";

const READER = "readNir";

/** Options of `readNir`. */
export interface ReadNirOptions {
  /** Name of the file in messages; "graph.nir" if left out. */
  readonly name?: string;
}

/** Deeper graphs in graphs than this are refused. */
const DEEPEST = 16;

/**
 * Reads a graph of the Neuromorphic Intermediate Representation from the bytes of its HDF5 file, in Node and in pages.
 * Of neurons without `v_reset`, which old files have, it is 0. Shapes that do not fit along an edge are only warned of:
 * some published files have them.
 *
 * @throws FormatError naming the node, if the file is damaged or no graph
 * @source Pedersen et al., "Neuromorphic intermediate representation", Nature Communications 2024
 * @example const graph = await readNir(await readFile("cnn.nir"), { name: "cnn.nir" });
 */
export async function readNir(bytes: Uint8Array, options: ReadNirOptions = {}): Promise<NirGraph> {
  checkBytes(READER, bytes, "Read the file first; in Node with readFile(path).");
  const { name: file = "graph.nir" } = checkOptions(READER, options, { name: true });
  checkText(`${READER}.name`, file);
  await requireWholeFile((at, length) => bytes.subarray(at, at + length), bytes.length, file, READER);
  const graph = await inHdf5Memory(bytes, (library, place) => readFrom(library, place, file)).catch(
    (cause: unknown) => refuseTrap(cause, file),
  );
  checkGraph(graph, { reader: READER, file }, "node");
  for (const conflict of shapeConflicts(graph)) {
    warn(`${READER}: ${file}: expected equal shapes along an edge, got ${conflict}.`);
  }
  return graph;
}

/** There are damaged files in which the HDF5 library loses its way in its own memory. */
function refuseTrap(cause: unknown, file: string): never {
  if (cause instanceof MyelinError) throw cause;
  const got = cause instanceof Error ? cause.message : String(cause);
  throw fileError({ reader: READER, file, expected: "the HDF5 library to read the file", got });
}

function readFrom(library: Hdf5Library, place: string, file: string): NirGraph {
  const source = new Source(library, file);
  const open = source.try("", "an HDF5 file", () => new library.File(place, "r"));
  if (open.file_id <= 0n) source.fail("", "an HDF5 file", "other or incomplete contents");
  try {
    const root = source.member(open, "node", "");
    const graph = readNode(source, root, "node", 0);
    return graph.type === "NIRGraph" ? graph : source.fail("node", "a graph", `a ${graph.type}`);
  } finally {
    open.close();
  }
}

type Group = InstanceType<Hdf5Library["Group"]> | Hdf5File;
type Dataset = InstanceType<Hdf5Library["Dataset"]>;

function readNode(source: Source, group: unknown, at: string, depth: number): NirNode | NirGraph {
  if (!source.isGroup(group)) return source.fail(at, "a group", "something else");
  if (depth > DEEPEST) return source.fail(at, `graphs in graphs up to ${DEEPEST} deep`, "deeper ones");
  const type = source.text(source.member(group, "type", at), `${at}/type`);
  const metadata = readMetadata(source, group, at);
  const extra = metadata && { metadata };
  if (type === "NIRGraph") {
    const nodes = source.member(group, "nodes", at);
    if (!source.isGroup(nodes)) return source.fail(`${at}/nodes`, "a group", "something else");
    const entries = source.names(nodes, `${at}/nodes`).map((name) => {
      const place = `${at}/nodes/${name}`;
      return [name, readNode(source, source.member(nodes, name, `${at}/nodes`), place, depth + 1)] as const;
    });
    const edges = readEdges(source, source.member(group, "edges", at), `${at}/edges`);
    return { type, nodes: new Map(entries), edges, ...extra };
  }
  if (!isNirType(type)) {
    const near = nearestName(type, Object.keys(NIR_FIELDS));
    const hint = near === undefined ? undefined : `Did you mean ${near}?`;
    return source.fail(at, "a type of node that NIR has", quote(type), "not supported", hint);
  }
  return { type, values: readValues(source, group, type, at), ...extra };
}

function isNirType(type: string): type is NirType {
  return Object.hasOwn(NIR_FIELDS, type);
}

function readValues(source: Source, group: Group, type: NirType, at: string): Map<string, NirValue> {
  const fields: readonly string[] = NIR_FIELDS[type].map((field) => field.replace("?", ""));
  const values = new Map<string, NirValue>();
  for (const name of source.names(group, at)) {
    if (name === "type" || name === "metadata") continue;
    values.set(name, source.value(source.member(group, name, at), `${at}/${name}`));
  }
  const threshold = values.get("v_threshold");
  if (fields.includes("v_reset") && !values.has("v_reset") && typeof threshold === "object") {
    const { shape, data } = threshold;
    values.set("v_reset", { shape, data: data.slice().fill(0 as never) });
  }
  return values;
}

function readMetadata(source: Source, group: Group, at: string): NirMetadata | undefined {
  if (!source.names(group, at).includes("metadata")) return undefined;
  const read = (part: unknown, place: string, depth: number): NirMetadata => {
    if (!source.isGroup(part)) return source.fail(place, "a group", "something else");
    if (depth > DEEPEST) return source.fail(place, `groups up to ${DEEPEST} deep`, "deeper ones");
    const entries = source.names(part, place).map((name) => {
      const member = source.member(part, name, place);
      const inside = `${place}/${name}`;
      return [name, source.isGroup(member) ? read(member, inside, depth + 1) : source.value(member, inside)];
    });
    return Object.fromEntries(entries) as NirMetadata;
  };
  return read(source.member(group, "metadata", at), `${at}/metadata`, 0);
}

function readEdges(source: Source, dataset: unknown, at: string): NirEdge[] {
  if (!source.isDataset(dataset)) return source.fail(at, "a list of edges", "something else");
  const { shape } = source.try(at, "sizes", () => dataset.metadata);
  if (shape?.length !== 2 || shape[1] !== 2) {
    if (shape?.[0] === 0) return [];
    return source.fail(at, "pairs of names", `the shape [${String(shape)}]`);
  }
  const names = source.texts(dataset, at);
  return Array.from({ length: shape[0]! }, (_, i): NirEdge => [names[2 * i]!, names[2 * i + 1]!]);
}

/** HDF5's numbers of the classes of types. */
const TEXT = 3;
const WHOLE = 0;
const FLOAT = 1;

/** More numbers than this in one parameter are not read. */
const MOST_NUMBERS = 2 ** 28;

/** The open file: what the library throws, in C's terms, becomes one error with the place. */
class Source {
  readonly #library: Hdf5Library;
  readonly #file: string;

  constructor(library: Hdf5Library, file: string) {
    this.#library = library;
    this.#file = file;
  }

  fail(at: string, expected: string, got: string, kind: Fault = "damaged", hint?: string): never {
    const place = at === "" ? undefined : at;
    throw fileError({ reader: READER, file: this.#file, at: place, expected, got, kind, hint });
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

  value(member: unknown, at: string): NirValue {
    if (!this.isDataset(member)) return this.fail(at, "numbers or a text", "a group");
    this.#requireReadable(member, at);
    const { type, shape, size, total_size: total } = this.try(at, "a type and sizes", () => member.metadata);
    if (type === TEXT) return this.text(member, at);
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

function single(type: number, size: number, value: number): TensorArray {
  if (type === WHOLE) return size === 4 ? Int32Array.of(value) : BigInt64Array.of(BigInt(value));
  return size === 4 ? Float32Array.of(value) : Float64Array.of(value);
}
