/** How each operation is computed on four numbers at a time. */
import { isComputed, type Node } from "../graph/graph.ts";
import type { OperationName } from "../graph/operations.ts";
import type { Local } from "./function.ts";
import { cos, exp, log, sigmoid, sin, softplus, tanh } from "./functions.ts";
import type { Lanes } from "./lanes.ts";

/** @param operands the variables of the operands; conditions are masks */
type Emit = (m: Lanes, operands: readonly Local[], nodes: readonly Node[]) => Local;

const EMIT: Readonly<Record<Exclude<OperationName, "detach" | "power">, Emit>> = {
  add: (m, [a, b]) => m.apply("add", a!, b!),
  subtract: (m, [a, b]) => m.apply("subtract", a!, b!),
  multiply: (m, [a, b]) => m.apply("multiply", a!, b!),
  divide: (m, [a, b]) => m.apply("divide", a!, b!),
  negate: (m, [a]) => m.apply("negate", a!),
  // Against a number the short instruction, which gives its first operand for NaN, will do.
  min: (m, [a, b], nodes) => m.apply(isFixed(nodes[1]!) ? "lesser" : "min", a!, b!),
  max: (m, [a, b], nodes) => m.apply(isFixed(nodes[1]!) ? "greaterOf" : "max", a!, b!),
  sqrt: (m, [a]) => m.apply("sqrt", a!),
  abs: (m, [a]) => m.apply("abs", a!),
  relu: (m, [a]) => m.apply("greaterOf", a!, m.constant(0)),
  exp: (m, [a]) => exp(m, a!),
  log: (m, [a]) => log(m, a!),
  tanh: (m, [a]) => tanh(m, a!),
  sigmoid: (m, [a]) => sigmoid(m, a!),
  softplus: (m, [a]) => softplus(m, a!),
  sin: (m, [a]) => sin(m, a!),
  cos: (m, [a]) => cos(m, a!),
  less: (m, [a, b]) => m.apply("less", a!, b!),
  lessEqual: (m, [a, b]) => m.apply("lessEqual", a!, b!),
  select: (m, [mask, a, b], nodes) => {
    if (isZero(nodes[2]!)) return m.apply("and", a!, mask!);
    return isZero(nodes[1]!) ? m.apply("andNot", b!, mask!) : m.select(mask!, a!, b!);
  },
  spike: (m, [u]) => m.apply("and", m.apply("greaterEqual", u!, m.constant(0)), m.constant(1)),
};

/** Computes nodes of a step one after another, products joined with the sums that alone use them. */
export class StepWriter {
  readonly #lanes: Lanes;
  readonly #leaf: (node: Node & { readonly kind: "leaf" }) => Local;
  readonly #fused: ReadonlySet<Node>;
  readonly #values = new Map<Node, Local>();

  /** @param leaf loads a value that comes from outside */
  constructor(
    lanes: Lanes,
    fused: ReadonlySet<Node>,
    leaf: (node: Node & { readonly kind: "leaf" }) => Local,
  ) {
    this.#lanes = lanes;
    this.#fused = fused;
    this.#leaf = leaf;
  }

  /** Computes the nodes, which come operands first. */
  compute(nodes: readonly Node[]): void {
    for (const node of nodes) if (!this.#fused.has(node)) this.#values.set(node, this.#value(node));
  }

  valueOf(node: Node): Local {
    return this.#values.get(node)!;
  }

  #value(node: Node): Local {
    if (node.kind === "constant") return this.#lanes.constant(node.value);
    if (node.kind === "leaf") return this.#leaf(node);
    const { operation, operands } = node;
    const product = fusedOperand(operands, this.#fused);
    if (product) {
      const [a, b] = product.operands.map((operand) => this.valueOf(operand));
      const other = this.valueOf(operands.find((operand) => operand !== product)!);
      if (operation === "add") return this.#lanes.multiplyAdd(a!, b!, other);
      return this.#lanes.multiplySubtract(a!, b!, other);
    }
    const emit = EMIT[operation as keyof typeof EMIT];
    return emit(
      this.#lanes,
      operands.map((operand) => this.valueOf(operand)),
      operands,
    );
  }
}

/** The products that a sum or difference takes in, as nothing else uses them. */
export function fusedProducts(nodes: readonly Node[], results: readonly Node[]): ReadonlySet<Node> {
  const uses = new Map<Node, number>();
  const use = (node: Node): unknown => uses.set(node, (uses.get(node) ?? 0) + 1);
  results.forEach(use);
  for (const node of nodes) if (node.kind === "computed") node.operands.forEach(use);
  const fused = new Set<Node>();
  for (const node of nodes) {
    if (!isComputed(node, "add", "subtract")) continue;
    const [a, b] = node.operands;
    const candidates = node.operation === "add" ? [b!, a!] : [b!];
    const product = candidates.find((operand) => isComputed(operand, "multiply") && uses.get(operand) === 1);
    if (product) fused.add(product);
  }
  return fused;
}

function fusedOperand(operands: readonly Node[], fused: ReadonlySet<Node>) {
  const found = operands.find((operand) => fused.has(operand));
  return found?.kind === "computed" ? found : undefined;
}

function isFixed(node: Node): boolean {
  return node.kind === "constant" || (node.kind === "leaf" && node.source === "uniform");
}

function isZero(node: Node): boolean {
  return node.kind === "constant" && Object.is(node.value, 0);
}
