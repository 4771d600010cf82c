import type { Graph, Node } from "../graph/graph.ts";

/** `base ** exponent` by products, a square root, or `exp(exponent log(base))`, which backends need no power for. */
export function multiplied(graph: Graph, base: Node, exponent: number): Node {
  if (exponent < 0) return graph.apply("divide", graph.constant(1), multiplied(graph, base, -exponent));
  if (Number.isInteger(exponent)) return wholePower(graph, base, exponent);
  if (exponent === 0.5) return graph.apply("sqrt", base);
  return graph.apply("exp", graph.apply("multiply", graph.apply("log", base), graph.constant(exponent)));
}

function wholePower(graph: Graph, base: Node, exponent: number): Node {
  if (exponent === 0) return graph.constant(1);
  if (exponent === 1) return base;
  const half = wholePower(graph, base, Math.floor(exponent / 2));
  const square = graph.apply("multiply", half, half);
  return exponent % 2 === 0 ? square : graph.apply("multiply", square, base);
}
