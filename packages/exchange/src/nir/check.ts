import { MyelinError } from "@myelin/core";
import { isPlainObject, refuse } from "@myelin/core/checks";
import { fileError, quote } from "../problem.ts";
import { NIR_FIELDS, type NirArray, type NirGraph, type NirNode, type NirValue } from "./types.ts";

/** Parameters of neurons: all of a node have one shape, that of its neurons. */
const PER_NEURON: ReadonlySet<string> = new Set([
  ...["tau", "tau_syn", "tau_mem", "r", "v_leak", "v_threshold", "v_reset", "w_in"],
]);

/** Who asks, and of which file. */
export interface Asked {
  readonly reader: string;
  readonly file: string;
}

/**
 * Requires a graph, whatever is in it.
 *
 * @param expected what is said of anything else
 */
export function requireGraph(symbol: string, graph: NirGraph, expected = "a graph"): void {
  const isGraph = isPlainObject(graph) && graph.type === "NIRGraph" && graph.nodes instanceof Map;
  if (!isGraph) refuse(symbol, expected, graph, "Read one with readNir.");
}

/**
 * Requires that a graph is one: known parameters of fitting shapes, and edges between nodes that are there.
 *
 * @param place of the graph in its file
 * @throws FormatError that names the node
 */
export function checkGraph(graph: NirGraph, asked: Asked, place: string): void {
  for (const [name, node] of graph.nodes) {
    const at = `${place}/nodes/${name}`;
    if (node.type === "NIRGraph") checkGraph(node, asked, at);
    else checkNode(node, asked, at);
  }
  for (const [from, to] of graph.edges) {
    const absent = [from, to].find((name) => !graph.nodes.has(name));
    if (absent === undefined) continue;
    const problem = { expected: "edges between nodes of the graph", got: `the node ${quote(absent)}` };
    throw fileError({ ...asked, at: `${place}/edges`, ...problem });
  }
}

function checkNode({ type, values }: NirNode, asked: Asked, at: string): void {
  const fail = (expected: string, got: string): never => {
    throw fileError({ ...asked, at: `${at} (${type})`, expected, got });
  };
  const fields: readonly string[] = NIR_FIELDS[type].map((field) => field.replace("?", ""));
  for (const [name, value] of values) {
    if (!fields.includes(name)) fail(`parameters of a ${type} (${fields.join(", ")})`, quote(name));
    if (typeof value === "string") {
      if (name !== "padding") fail(`numbers in ${name}`, quote(value));
      continue;
    }
    const size = value.shape.reduce((product, n) => product * n, 1);
    if (size !== value.data.length)
      fail(`${size} numbers of ${name} ${shapeText(value)}`, `${value.data.length}`);
  }
  for (const field of NIR_FIELDS[type]) {
    if (!field.endsWith("?") && !values.has(field)) fail(`the parameter ${field}`, "none");
  }
  const neurons = [...values].filter(([name]) => PER_NEURON.has(name));
  const shapes = new Map(neurons.map(([name, value]) => [name, shapeText(value)]));
  const wide = [...shapes.values()].filter((shape) => shape !== "[]");
  if (new Set(wide).size > 1) {
    fail("parameters of one shape", [...shapes].map(([name, shape]) => `${name} ${shape}`).join(", "));
  }
  const least = { Affine: 2, Linear: 2, Conv1d: 3, Conv2d: 4 }[type as string];
  const weight = values.get("weight");
  if (least === undefined || weight === undefined) return;
  const axes = typeof weight === "string" ? 0 : weight.shape.length;
  const fits = type.startsWith("Conv") ? axes === least : axes >= least;
  if (!fits) fail(`a weight of ${least} axes`, shapeText(weight));
}

function shapeText(value: NirValue): string {
  return typeof value === "string" ? "a text" : `[${value.shape.join(", ")}]`;
}

/** The shape of what a node takes or gives, where it says so itself. */
export function knownShape(node: NirNode | NirGraph, side: "in" | "out"): readonly number[] | undefined {
  if (node.type === "NIRGraph") return undefined;
  const { type, values } = node;
  if (type === "Input" || type === "Output") return numbersOf(values.get("shape"));
  if (type === "Affine" || type === "Linear") {
    const { shape } = arrayOf(values.get("weight"));
    return [...shape.slice(0, -2), shape.at(side === "in" ? -1 : -2)!];
  }
  const single = ["v_leak", "v_threshold", "r", "scale", "threshold", "delay"].find((name) =>
    values.has(name),
  );
  return single === undefined ? undefined : arrayOf(values.get(single)).shape;
}

/** The numbers of a parameter that counts something. */
export function numbersOf(value: NirValue | undefined): number[] | undefined {
  return value === undefined || typeof value === "string" ? undefined : Array.from(value.data, Number);
}

/** A parameter that a checked node has. */
export function arrayOf(value: NirValue | undefined): NirArray {
  if (value !== undefined && typeof value !== "string") return value;
  throw new MyelinError(`arrayOf: expected numbers, got ${value === undefined ? "nothing" : quote(value)}.`);
}

/** Edges whose two ends say different shapes, as "lif to output: [1] and [3]". */
export function shapeConflicts(graph: NirGraph): string[] {
  return graph.edges.flatMap(([from, to]) => {
    const given = knownShape(graph.nodes.get(from)!, "out")?.join(", ");
    const wanted = knownShape(graph.nodes.get(to)!, "in")?.join(", ");
    const differ = given !== undefined && wanted !== undefined && given !== wanted;
    return differ ? [`${from} to ${to}: [${given}] and [${wanted}]`] : [];
  });
}
