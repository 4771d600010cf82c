import type { Algebra, OperationName } from "./operations.ts";
import { simplified } from "./simplify.ts";

/** What a value comes from that no operation computes. */
export type LeafSource =
  /** An input at this step. */
  | "input"
  /** A state before this step. */
  | "state"
  /** A parameter as the equations name it. */
  | "parameter"
  /** The argument of a surrogate. */
  | "argument"
  /** A surrogate's derivative at this step, where a function of the user's made a table of it. */
  | "slope"
  /** One number for the layer, and one for each neuron, that stay the same for all steps. */
  | "uniform"
  | "row"
  /** What the forward pass kept of this step. */
  | "kept"
  /** The incoming gradient of an output at this step, and of a state after it. */
  | "outputGradient"
  | "stateGradient";

interface Numbered {
  /** Place in the order of creation: operands come before what uses them. */
  readonly id: number;
}

/** A number that is known when a neuron is compiled. */
export interface Constant extends Numbered {
  readonly kind: "constant";
  readonly value: number;
}

/** A value that comes from outside. */
export interface Leaf extends Numbered {
  readonly kind: "leaf";
  readonly source: LeafSource;
  readonly name: string;
}

/** A value that is computed. */
export interface Computed extends Numbered {
  readonly kind: "computed";
  readonly operation: OperationName;
  readonly operands: readonly Node[];
}

export type Node = Constant | Leaf | Computed;

/** Expressions of which equal ones are the same node, so that nothing is computed twice. */
export class Graph implements Algebra<Node> {
  readonly #known = new Map<string, Node>();
  #size = 0;

  constant(value: number): Node {
    const key = Object.is(value, -0) ? "-0" : String(value);
    return this.#find(key, (id) => ({ kind: "constant", id, value }));
  }

  leaf(source: LeafSource, name: string): Node {
    return this.#find(`${source} ${name}`, (id) => ({ kind: "leaf", source, name, id }));
  }

  /** The value of an operation, in its simplest form. */
  apply(operation: OperationName, ...operands: Node[]): Node {
    return simplified(this, operation, operands) ?? this.#compute(operation, operands);
  }

  #compute(operation: OperationName, operands: readonly Node[]): Node {
    const key = `${operation} ${ordered(operation, operands).join(" ")}`;
    return this.#find(key, (id) => ({ kind: "computed", operation, operands, id }));
  }

  #find(key: string, make: (id: number) => Node): Node {
    const known = this.#known.get(key);
    if (known) return known;
    const node = make(this.#size++);
    this.#known.set(key, node);
    return node;
  }
}

/** Operands' numbers for the key; sums and products are the same whichever operand comes first. */
function ordered(operation: OperationName, operands: readonly Node[]): number[] {
  const ids = operands.map(({ id }) => id);
  return operation === "add" || operation === "multiply" ? ids.sort((a, b) => a - b) : ids;
}

/** Whether a node is one of these operations. */
export function isComputed<N extends OperationName>(
  node: Node,
  ...operations: N[]
): node is Computed & { readonly operation: N } {
  return node.kind === "computed" && operations.includes(node.operation as N);
}

/** All nodes that the roots are computed from, and the roots, operands first. */
export function reachable(roots: Iterable<Node>): Node[] {
  const found = new Set<Node>();
  const waiting = [...roots];
  for (let node; (node = waiting.pop());) {
    if (found.has(node)) continue;
    found.add(node);
    if (node.kind === "computed") waiting.push(...node.operands);
  }
  return [...found].sort((a, b) => a.id - b.id);
}

/**
 * Makes nodes anew: `replace` is called once for each node below the roots, with its operands already replaced.
 *
 * @returns what each node became
 */
export function rewrite(
  roots: Iterable<Node>,
  replace: (node: Node, operands: Node[]) => Node,
): ReadonlyMap<Node, Node> {
  const made = new Map<Node, Node>();
  for (const node of reachable(roots)) {
    const operands = node.kind === "computed" ? node.operands.map((operand) => made.get(operand)!) : [];
    made.set(node, replace(node, operands));
  }
  return made;
}
