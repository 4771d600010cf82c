import { knownShape, requireGraph, shapeConflicts } from "./check.ts";
import type { NirGraph, NirNode } from "./types.ts";

/** What `nirInfo` says of a node. */
export interface NirNodeInfo {
  /** Names of the graphs around it and its own, joined by "/". */
  readonly name: string;
  readonly type: string;
  /** Numbers in its parameters, sizes and counts left out. */
  readonly parameters: number;
  readonly input?: readonly number[];
  readonly output?: readonly number[];
}

/** What is in a graph. */
export interface NirInfo {
  readonly nodes: readonly NirNodeInfo[];
  readonly edges: readonly (readonly [string, string])[];
  readonly parameters: number;
  /** How many nodes there are of each type. */
  readonly types: Readonly<Record<string, number>>;
  /** Whether an edge leads back to where it came from. */
  readonly recurrent: boolean;
  /** Edges whose ends say different shapes. */
  readonly conflicts: readonly string[];
}

const SIZES: ReadonlySet<string> = new Set([
  ...["shape", "input_shape", "input_type", "stride", "padding", "dilation", "groups", "kernel_size"],
  ...["start_dim", "end_dim"],
]);

/** Nodes, edges and parameters of a graph, those of graphs inside it included. */
export function nirInfo(graph: NirGraph): NirInfo {
  const nodes: NirNodeInfo[] = [];
  const edges: [string, string][] = [];
  const conflicts: string[] = [];
  let recurrent = false;
  const visit = (part: NirGraph, prefix: string): void => {
    for (const [name, node] of part.nodes) {
      if (node.type === "NIRGraph") visit(node, `${prefix}${name}/`);
      else nodes.push(infoOf(`${prefix}${name}`, node));
    }
    for (const [from, to] of part.edges) edges.push([prefix + from, prefix + to]);
    conflicts.push(...shapeConflicts(part));
    recurrent ||= isRecurrent(part);
  };
  requireGraph("nirInfo", graph);
  visit(graph, "");
  const types: Record<string, number> = {};
  for (const { type } of nodes) types[type] = (types[type] ?? 0) + 1;
  const parameters = nodes.reduce((sum, node) => sum + node.parameters, 0);
  return { nodes, edges, parameters, types, recurrent, conflicts };
}

function infoOf(name: string, node: NirNode): NirNodeInfo {
  const [input, output] = [knownShape(node, "in"), knownShape(node, "out")];
  let parameters = 0;
  for (const [field, value] of node.values) {
    if (typeof value !== "string" && !SIZES.has(field)) parameters += value.data.length;
  }
  return { name, type: node.type, parameters, ...(input && { input }), ...(output && { output }) };
}

/** Takes nodes without open inputs away until none is left, or only cycles are. */
function isRecurrent({ nodes, edges }: NirGraph): boolean {
  const open = new Map([...nodes.keys()].map((name) => [name, 0]));
  const next = new Map([...nodes.keys()].map((name): [string, string[]] => [name, []]));
  for (const [from, to] of edges) {
    open.set(to, open.get(to)! + 1);
    next.get(from)!.push(to);
  }
  const ready = [...open].filter(([, count]) => count === 0).map(([name]) => name);
  for (const name of ready) {
    for (const to of next.get(name)!) {
      open.set(to, open.get(to)! - 1);
      if (open.get(to) === 0) ready.push(to);
    }
  }
  return ready.length < nodes.size;
}
