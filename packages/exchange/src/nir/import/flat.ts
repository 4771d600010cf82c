/** Graphs in graphs as one graph, whose names are paths. */
import { warn } from "@myelin/core/checks";
import { fileError, quote } from "../../problem.ts";
import type { Asked } from "../check.ts";
import type { NirEdge, NirGraph, NirNode } from "../types.ts";

/** A graph without graphs in it. */
export interface FlatGraph {
  /** By path, such as "block/lif". */
  readonly nodes: ReadonlyMap<string, NirNode>;
  readonly edges: readonly NirEdge[];
  /** Paths of the nodes through which values come in and go out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** The node through which an edge enters a graph, or leaves it. */
interface Doors {
  readonly in: string;
  readonly out: string;
}

/**
 * One graph of all: an edge to a graph in it leads to that graph's input.
 *
 * @throws FormatError for a graph without inputs or outputs, or with several where only one can be meant
 */
export function flatten(graph: NirGraph, asked: Asked): FlatGraph {
  const nodes = new Map<string, NirNode>();
  const edges: NirEdge[] = [];
  const visit = (part: NirGraph, prefix: string): void => {
    const doors = new Map<string, Doors>();
    for (const [name, node] of part.nodes) {
      const path = prefix + name;
      if (nodes.has(path)) throw refuse(asked, path, "a path of its own for each node", "two with this one");
      if (node.type === "NIRGraph") {
        visit(node, `${path}/`);
        doors.set(name, { in: only(node, "Input", path, asked), out: only(node, "Output", path, asked) });
      } else {
        nodes.set(path, node);
        doors.set(name, { in: path, out: path });
      }
    }
    for (const [from, to] of part.edges) edges.push([doors.get(from)!.out, doors.get(to)!.in]);
  };
  visit(graph, "");
  const [inputs, outputs] = [namesOf(graph, "Input"), namesOf(graph, "Output")];
  if (inputs.length === 0) throw refuse(asked, "node", "an Input node", "none");
  const fed = edges.find(([, to]) => inputs.includes(to));
  if (fed) throw refuse(asked, fed[1], "no edge to an Input node", `one from ${quote(fed[0])}`);
  if (outputs.length === 0) throw refuse(asked, "node", "an Output node", "none");
  return withoutLooseEnds({ nodes, edges: withoutTwins(edges, asked), inputs, outputs }, asked);
}

/** Leaves out nodes from which no Output node is reached: nobody would see what they compute. */
function withoutLooseEnds({ nodes, edges, inputs, outputs }: FlatGraph, { reader, file }: Asked): FlatGraph {
  const sources = sourcesOf(edges);
  const useful = new Set(outputs);
  for (const name of useful) sources.get(name)?.forEach((source) => useful.add(source));
  const loose = [...nodes.keys()].filter((name) => !useful.has(name) && !inputs.includes(name));
  if (loose.length > 0) {
    warn(
      `${reader}: ${file}: expected nodes that lead to an Output node, got ${quote(loose.join(", "))}. They are left out.`,
    );
  }
  const kept = [...nodes].filter(([name]) => useful.has(name) || inputs.includes(name));
  return { nodes: new Map(kept), edges: edges.filter(([, to]) => useful.has(to)), inputs, outputs };
}

function namesOf(graph: NirGraph, type: "Input" | "Output"): string[] {
  return [...graph.nodes].filter(([, node]) => node.type === type).map(([name]) => name);
}

/** A graph in a graph is reached through one node. */
function only(graph: NirGraph, type: "Input" | "Output", path: string, asked: Asked): string {
  const names = namesOf(graph, type);
  if (names.length === 1) return `${path}/${names[0]}`;
  throw refuse(asked, path, `one ${type} node in a graph that is a node`, `${names.length}`);
}

function refuse(asked: Asked, at: string, expected: string, got: string): Error {
  return fileError({ ...asked, at, expected, got, hint: "Look at the program that wrote the graph." });
}

/** The nodes that bring values to each node. */
export function sourcesOf(edges: readonly NirEdge[]): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  for (const [from, to] of edges) {
    const known = sources.get(to);
    if (known) known.push(from);
    else sources.set(to, [from]);
  }
  return sources;
}

/** NIR knows an edge once: writers that list it twice do not mean twice the value. */
function withoutTwins(edges: readonly NirEdge[], { reader, file }: Asked): NirEdge[] {
  const seen = new Set<string>();
  return edges.filter(([from, to]) => {
    const key = JSON.stringify([from, to]);
    if (seen.has(key)) {
      warn(
        `${reader}: ${file}: expected each edge once, got ${quote(from)} to ${quote(to)} again. It counts once.`,
      );
      return false;
    }
    seen.add(key);
    return true;
  });
}
