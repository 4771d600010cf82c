import { checkBytes, checkOptions, checkText } from "@myelin/core/checks";
import { inHdf5Memory, requireWholeFile } from "@myelin/data/hdf5";
import { quote } from "../../problem.ts";
import type { ReadNirOptions } from "../read.ts";
import { type Group, refuseTrap, Source } from "../source.ts";
import { checkData } from "./check.ts";
import type { NirEvents, NirGraphData, NirNodeData, NirTimeGrid } from "./types.ts";

const READER = "readNirData";

/** Deeper graphs in graphs than this are refused. */
const DEEPEST = 16;

/**
 * Reads recordings of a graph's nodes from the bytes of an HDF5 file, as Python's `nir.write_data` writes it. Booleans
 * become 0 and 1.
 *
 * @throws FormatError naming the place, if the file is damaged or holds no recordings
 * @example const { nodes } = await readNirData(await readFile("spikes.h5"));
 */
export async function readNirData(bytes: Uint8Array, options: ReadNirOptions = {}): Promise<NirGraphData> {
  checkBytes(READER, bytes, "Read the file first; in Node with readFile(path).");
  const { name: file = "data.nir" } = checkOptions(READER, options, { name: true });
  checkText(`${READER}.name`, file);
  await requireWholeFile((at, length) => bytes.subarray(at, at + length), bytes.length, file, READER);
  const data = await inHdf5Memory(bytes, (library, place) => {
    const source = new Source(READER, library, file);
    const open = source.open(place);
    try {
      const kind = kindOf(source, open, "");
      return kind === "NIRGraphData"
        ? readGraph(source, open, "", 0)
        : unknown(source, "", "NIRGraphData", kind);
    } finally {
      open.close();
    }
  }).catch((cause: unknown) => refuseTrap(READER, file, cause));
  checkData(data, { reader: READER, file }, "");
  return data;
}

function readGraph(source: Source, group: Group, place: string, depth: number): NirGraphData {
  if (depth > DEEPEST) return source.fail(place, `graphs in graphs up to ${DEEPEST} deep`, "deeper ones");
  const read = (node: Group, at: string): NirNodeData | NirGraphData => {
    const kind = kindOf(source, node, at);
    if (kind === "NIRGraphData") return readGraph(source, node, `${at}/`, depth + 1);
    return kind === "NIRNodeData" ? readNode(source, node, at) : unknown(source, at, "NIRNodeData", kind);
  };
  return { type: "NIRGraphData", nodes: entries(source, group, "nodes", place, read) };
}

function readNode(source: Source, node: Group, at: string): NirNodeData {
  const read = (group: Group, inside: string): NirTimeGrid | NirEvents =>
    readObservable(source, group, inside);
  return { type: "NIRNodeData", observables: entries(source, node, "observables", `${at}/`, read) };
}

function readObservable(source: Source, group: Group, at: string): NirTimeGrid | NirEvents {
  const type = kindOf(source, group, at);
  const array = (name: string) => source.array(source.member(group, name, at), `${at}/${name}`);
  const number = (name: string): number => {
    const value = source.attribute(group, name, at);
    const isNumber = typeof value === "number" || typeof value === "bigint";
    return isNumber ? Number(value) : source.fail(at, `a number as the attribute ${name}`, "something else");
  };
  if (type === "TimeGriddedData") return { type, data: array("data"), dt: number("dt") };
  if (type !== "EventData" && type !== "ValuedEventData") return unknown(source, at, "TimeGriddedData", type);
  return {
    ...{ type, idx: array("idx"), time: array("time") },
    ...(type === "ValuedEventData" && { value: array("value") }),
    ...{ nNeurons: number("n_neurons"), tMax: number("t_max") },
  };
}

/** What each group in a group holds, by name. */
function entries<T>(
  source: Source,
  group: Group,
  name: string,
  place: string,
  read: (member: Group, at: string) => T,
): Map<string, T> {
  const at = `${place}${name}`;
  const members = source.member(group, name, place.replace(/\/$/, ""));
  if (!source.isGroup(members)) return source.fail(at, "a group", "something else");
  return new Map(
    source.names(members, at).map((key) => {
      const member = source.member(members, key, at);
      const inside = `${at}/${key}`;
      return [
        key,
        source.isGroup(member) ? read(member, inside) : source.fail(inside, "a group", "something else"),
      ];
    }),
  );
}

function kindOf(source: Source, group: Group, at: string): unknown {
  return source.attribute(group, "__type__", at);
}

function unknown(source: Source, at: string, expected: string, kind: unknown): never {
  const got = typeof kind === "string" ? quote(kind) : "something else";
  return source.fail(at, `${expected} as the attribute __type__`, got, "not supported");
}
