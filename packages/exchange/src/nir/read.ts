import { checkBytes, checkOptions, checkText, nearestName, warn } from "@myelin/core/checks";
import { inHdf5Memory, requireWholeFile, type Hdf5Library } from "@myelin/data/hdf5";
import { quote } from "../problem.ts";
import { checkGraph, shapeConflicts } from "./check.ts";
import { type Group, refuseTrap, Source } from "./source.ts";
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
    (cause: unknown) => refuseTrap(READER, file, cause),
  );
  checkGraph(graph, { reader: READER, file }, "node");
  for (const conflict of shapeConflicts(graph)) {
    warn(`${READER}: ${file}: expected equal shapes along an edge, got ${conflict}.`);
  }
  return graph;
}

function readFrom(library: Hdf5Library, place: string, file: string): NirGraph {
  const source = new Source(READER, library, file);
  const open = source.open(place);
  try {
    const root = source.member(open, "node", "");
    const graph = readNode(source, root, "node", 0);
    return graph.type === "NIRGraph" ? graph : source.fail("node", "a graph", `a ${graph.type}`);
  } finally {
    open.close();
  }
}

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
