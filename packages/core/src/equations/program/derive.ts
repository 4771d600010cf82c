/** The backward pass of one step, written by reverse mode. */
import { isComputed, type Node, reachable, rewrite } from "../graph/graph.ts";
import { reverse } from "../graph/reverse.ts";
import type { Step } from "./lower.ts";

/** Expressions for the gradients of a step, over its own values and the incoming gradients. */
export interface Adjoint {
  /** The gradient of a leaf of the step; 0 where nothing depends on it. */
  of(leaf: Node): Node;
}

/** `detach` is the identity for values. */
export function withoutDetach(step: Step, roots: Iterable<Node>): ReadonlyMap<Node, Node> {
  return rewrite(roots, (node, operands) => {
    if (isComputed(node, "detach")) return operands[0]!;
    return node.kind === "computed" ? step.graph.apply(node.operation, ...operands) : node;
  });
}

/** @param outputs the outputs whose gradient comes in */
export function adjointOf(step: Step, outputs: ReadonlySet<string>): Adjoint {
  const { graph, surrogates } = step;
  const roots = [...step.states.map(({ after }) => after), ...step.outputs.map(({ node }) => node)];
  const values = withoutDetach(step, roots);
  const slopes = new Map([...surrogates].map(([u, slope]) => [values.get(u), slope]));
  const slopeValues = withoutDetach(step, surrogates.values());
  const seeds = [
    ...step.states.map(({ name, after }) => [after, graph.leaf("stateGradient", name)] as const),
    ...step.outputs
      .filter(({ name }) => outputs.has(name))
      .map(({ name, node }) => [node, graph.leaf("outputGradient", name)] as const),
  ];
  const gradients = reverse({
    algebra: graph,
    nodes: reachable(roots),
    valueOf: (node) => values.get(node)!,
    seeds,
    surrogate: (u) => slopeValues.get(slopes.get(u)!)!,
  });
  return { of: (leaf) => gradients.get(leaf) ?? graph.constant(0) };
}
