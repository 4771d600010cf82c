import { type Graph, isComputed, type Node } from "./graph.ts";
import { NUMBERS, type OperationName } from "./operations.ts";

type Simplification = (graph: Graph, operands: readonly Node[]) => Node | undefined;

/** Simplifications that change no result, not even its rounding. */
const SIMPLIFICATIONS: Partial<Record<OperationName, Simplification>> = {
  add: (graph, [a, b]) => {
    if (isConstant(a!, 0)) return b;
    if (isConstant(b!, 0)) return a;
    const [first, second] = [negated(a!), negated(b!)];
    if (second) return graph.apply("subtract", a!, second);
    return first && graph.apply("subtract", b!, first);
  },
  subtract: (graph, [a, b]) => {
    if (isConstant(b!, 0)) return a;
    if (isConstant(a!, 0)) return graph.apply("negate", b!);
    const second = negated(b!);
    return second && graph.apply("add", a!, second);
  },
  multiply: (graph, [a, b]) => {
    if (isConstant(a!, 1)) return b;
    if (isConstant(b!, 1)) return a;
    if (isConstant(a!, -1)) return graph.apply("negate", b!);
    if (isConstant(b!, -1)) return graph.apply("negate", a!);
    if ((isZero(a!) && isSpike(b!)) || (isZero(b!) && isSpike(a!))) return graph.constant(0);
    const [first, second] = [negated(a!), negated(b!)];
    // Signs move outwards, where sums take them in.
    if (first && second) return graph.apply("multiply", first, second);
    if (first) return graph.apply("negate", graph.apply("multiply", first, b!));
    return second && graph.apply("negate", graph.apply("multiply", a!, second));
  },
  divide: (_, [a, b]) => (isConstant(b!, 1) ? a : undefined),
  negate: (_, [a]) => negated(a!),
  power: (_, [a, n]) => (isConstant(n!, 1) ? a : undefined),
  select: (_, [condition, a, b]) => {
    if (condition!.kind === "constant") return condition!.value === 0 ? b : a;
    return a === b ? a : undefined;
  },
};

/** A simpler node for an operation, if there is one: its number when all operands are constants. */
export function simplified(
  graph: Graph,
  operation: OperationName,
  operands: readonly Node[],
): Node | undefined {
  const numbers = operands.map((operand) => (operand.kind === "constant" ? operand.value : undefined));
  if (numbers.every((value) => value !== undefined)) {
    return graph.constant(NUMBERS.apply(operation, ...numbers));
  }
  return SIMPLIFICATIONS[operation]?.(graph, operands);
}

function isConstant(node: Node, value: number): boolean {
  return node.kind === "constant" && node.value === value;
}

function isZero(node: Node): boolean {
  return node.kind === "constant" && Object.is(node.value, 0);
}

/** Whether a value is 0 or 1, so that nothing times it is nothing. */
function isSpike(node: Node): boolean {
  const value = isComputed(node, "detach") ? node.operands[0]! : node;
  return isComputed(value, "spike");
}

/** a, of -a. */
function negated(node: Node): Node | undefined {
  return node.kind === "computed" && node.operation === "negate" ? node.operands[0] : undefined;
}
