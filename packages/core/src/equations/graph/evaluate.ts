import { type Leaf, type Node, reachable } from "./graph.ts";
import { OPERATIONS } from "./operations.ts";

/** Computes expressions in float64, in the order in which they were written. */
export class Evaluator {
  /** All nodes below the roots, operands first. */
  readonly nodes: readonly Node[];
  readonly #places: ReadonlyMap<Node, number>;
  readonly #values: Float64Array;
  readonly #fire: (u: number) => number;

  /** @param fire the step function of `spike`; gradient checks put a smooth one in its place */
  constructor(roots: Iterable<Node>, fire: (u: number) => number = OPERATIONS.spike.evaluate) {
    this.nodes = reachable(roots);
    this.#places = new Map(this.nodes.map((node, i) => [node, i]));
    this.#values = new Float64Array(this.nodes.length);
    this.#fire = fire;
  }

  /** Computes all nodes anew. */
  run(leaf: (leaf: Leaf) => number): void {
    this.nodes.forEach((node, i) => {
      this.#values[i] = this.#evaluate(node, leaf);
    });
  }

  /** The value that a node had in the last run. */
  readonly valueOf = (node: Node): number => this.#values[this.#places.get(node)!]!;

  #evaluate(node: Node, leaf: (leaf: Leaf) => number): number {
    if (node.kind === "constant") return node.value;
    if (node.kind === "leaf") return leaf(node);
    const operands = node.operands.map(this.valueOf);
    if (node.operation === "spike") return this.#fire(operands[0]!);
    return OPERATIONS[node.operation].evaluate(...operands);
  }
}
