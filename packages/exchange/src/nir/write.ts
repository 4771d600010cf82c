import { MyelinError } from "@myelin/core";
import type { TensorArray } from "@myelin/core/io";
import { newHdf5File, type Hdf5File, type Hdf5Library } from "@myelin/data/hdf5";
import { checkGraph, requireGraph } from "./check.ts";
import type { NirArray, NirGraph, NirMetadata, NirNode, NirValue } from "./types.ts";

const WRITER = "encodeNir";

/** The version of the format that files are written in. */
const VERSION = "1.0";

/** Type codes of the HDF5 library. */
const TYPES: readonly (readonly [new (length: number) => TensorArray, string])[] = [
  [Float32Array, "<f"],
  [Float64Array, "<d"],
  [BigInt64Array, "<q"],
  [BigUint64Array, "<Q"],
  [Int32Array, "<i"],
  [Uint32Array, "<I"],
  [Int16Array, "<h"],
  [Uint16Array, "<H"],
  [Int8Array, "<b"],
  [Uint8Array, "<B"],
];

/** A group that is written into. */
export type WriteGroup = InstanceType<Hdf5Library["Group"]> | Hdf5File;

/**
 * The bytes of a graph's HDF5 file, as `nir.read` of Python reads it.
 *
 * @throws MyelinError for a graph with an edge to nowhere, or a node that lacks a parameter
 * @example await writeFile("net.nir", await encodeNir(graph));
 */
export async function encodeNir(graph: NirGraph): Promise<Uint8Array> {
  requireGraph(WRITER, graph);
  checkGraph(graph, { reader: WRITER, file: "graph" }, "node");
  return newHdf5File((open) => {
    writeText(open, "version", VERSION);
    writeNode(open.create_group("node"), graph);
  });
}

function writeNode(group: WriteGroup, node: NirNode | NirGraph): void {
  writeText(group, "type", node.type);
  if (node.metadata) writeMetadata(group.create_group("metadata"), node.metadata);
  if (node.type !== "NIRGraph") {
    for (const [name, value] of node.values) writeValue(group, name, value);
    return;
  }
  const nodes = group.create_group("nodes");
  for (const [name, inner] of node.nodes) writeNode(nodes.create_group(name), inner);
  const names = node.edges.flat();
  group.create_dataset({ name: "edges", data: names, shape: [node.edges.length, 2], dtype: "S" });
}

function writeMetadata(group: WriteGroup, metadata: NirMetadata): void {
  for (const [name, value] of Object.entries(metadata)) {
    if (isValue(value)) writeValue(group, name, value);
    else writeMetadata(group.create_group(name), value);
  }
}

function isValue(value: NirValue | NirMetadata): value is NirValue {
  return typeof value === "string" || ("data" in value && ArrayBuffer.isView(value.data));
}

function writeValue(group: WriteGroup, name: string, value: NirValue): void {
  if (typeof value === "string") writeText(group, name, value);
  else writeArray(group, name, value);
}

function writeText(group: WriteGroup, name: string, text: string): void {
  group.create_dataset({ name, data: text, shape: [], dtype: "S" });
}

/** Writes numbers as a data set. */
export function writeArray(group: WriteGroup, name: string, { shape, data }: NirArray): void {
  const dtype = TYPES.find(([type]) => data instanceof type)?.[1];
  if (dtype === undefined)
    throw new MyelinError(`${WRITER}: expected numbers in ${name}, got another value.`);
  group.create_dataset({ name, data, shape: [...shape], dtype });
}
