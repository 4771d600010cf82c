/** Which values the forward pass keeps, so that the backward pass can compute what it needs. */
import { CONDITIONS } from "../graph/operations.ts";
import { type Node, reachable } from "../graph/graph.ts";
import { FlowNetwork } from "./flow.ts";

/** Reading an input again costs one access to memory; keeping a value costs two, as it is written and read. */
const READ_COST = 1;
const KEEP_COST = 2;

/**
 * The values to keep: the cheapest set from which, with the inputs, all that is needed can be computed. Arithmetic
 * counts nothing, as it hides behind the memory. Of equally cheap sets it is the one nearest to what is needed, so
 * that least is computed twice. There are never more than states, as keeping the states before the step always does.
 *
 * @param needed values of the step that the backward pass reads
 */
export function valuesToKeep(needed: readonly Node[]): Node[] {
  const nodes = reachable(needed).filter(varies);
  const cheapest = minimumCut(nodes, needed).filter((node) => !isInput(node));
  const states = nodes.filter((node) => node.kind === "leaf" && !isInput(node));
  return cheapest.length <= states.length ? cheapest : states;
}

/** The cheapest nodes that every way from an input or a state to what is needed passes through. */
function minimumCut(nodes: readonly Node[], needed: readonly Node[]): Node[] {
  // A node is an edge from its inner to its outer side that lets through as much as the node costs.
  const inner = new Map(nodes.map((node, i) => [node, 2 * i + 2]));
  const outer = (node: Node): number => inner.get(node)! + 1;
  const [source, sink] = [0, 1];
  const network = new FlowNetwork(2 * nodes.length + 2);
  for (const node of nodes) {
    network.connect(inner.get(node)!, outer(node), costOf(node));
    if (node.kind === "leaf") network.connect(source, inner.get(node)!, Infinity);
    if (node.kind !== "computed") continue;
    for (const operand of new Set(node.operands)) {
      if (inner.has(operand)) network.connect(outer(operand), inner.get(node)!, Infinity);
    }
  }
  for (const node of needed) if (inner.has(node)) network.connect(outer(node), sink, Infinity);
  network.fill(source, sink);
  const beyond = network.reaching(sink);
  return nodes.filter((node) => !beyond.has(inner.get(node)!) && beyond.has(outer(node)));
}

function isInput(node: Node): boolean {
  return node.kind === "leaf" && node.source === "input";
}

/** Whether a value is not the same at every step. */
function varies(node: Node): boolean {
  if (node.kind === "constant") return false;
  return node.kind === "computed" || node.source === "input" || node.source === "state";
}

function costOf(node: Node): number {
  if (isInput(node)) return READ_COST;
  const isCondition = node.kind === "computed" && CONDITIONS.has(node.operation);
  return isCondition ? Infinity : KEEP_COST;
}
