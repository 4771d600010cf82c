import type { Node } from "./graph.ts";
import { type Algebra, OPERATIONS } from "./operations.ts";

/** What `reverse` goes through. */
export interface ReverseInput<V> {
  readonly algebra: Algebra<V>;
  /** Nodes, operands first. */
  readonly nodes: readonly Node[];
  readonly valueOf: (node: Node) => V;
  /** Incoming gradients; those of one node add up. */
  readonly seeds: Iterable<readonly [Node, V]>;
  /** The surrogate derivative at u, the value of a node. */
  readonly surrogate: (u: V, node: Node) => V;
}

/**
 * Reverse mode through one step: the gradient of every node that the seeds depend on. With numbers it is the
 * specification, with nodes it writes the backward pass.
 */
export function reverse<V>(input: ReverseInput<V>): ReadonlyMap<Node, V> {
  const { algebra, nodes, valueOf, seeds, surrogate } = input;
  const gradients = new Map<Node, V>();
  const accumulate = (node: Node, gradient: V): void => {
    const known = gradients.get(node);
    gradients.set(node, known === undefined ? gradient : algebra.apply("add", known, gradient));
  };
  for (const [node, gradient] of seeds) accumulate(node, gradient);
  for (const node of nodes.toReversed()) {
    const g = gradients.get(node);
    if (g === undefined || node.kind !== "computed") continue;
    const operands = node.operands.map(valueOf);
    const parts =
      node.operation === "spike"
        ? [algebra.apply("multiply", g, surrogate(operands[0]!, node.operands[0]!))]
        : OPERATIONS[node.operation].gradient(algebra, g, operands, valueOf(node));
    parts.forEach((part, i) => {
      const operand = node.operands[i]!;
      if (part !== undefined && operand.kind !== "constant") accumulate(operand, part);
    });
  }
  return gradients;
}
