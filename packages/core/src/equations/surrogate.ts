/** Surrogate derivatives as expressions of `u`, compiled with the neuron. */
import { refuse } from "../checks.ts";
import { Graph, isComputed, type Node, reachable, rewrite } from "./graph/graph.ts";
import { Builder, type Scope } from "./language/build.ts";
import { parseExpression } from "./language/parse.ts";
import { printExpression } from "./language/print.ts";

/** g'(u), which stands in for the derivative of a spike. */
export interface SurrogateModel {
  /** The expression in one spelling. */
  readonly text: string;
  /** Over the leaf `argument u` and the parameters. */
  readonly node: Node;
  /** Names of its numbers, such as `alpha`. */
  readonly parameters: readonly string[];
}

/** The derivatives of the built-in surrogates, with their steepness `alpha`. */
export const SURROGATE_EXPRESSIONS = {
  atan: "alpha / 2 / (1 + (pi / 2 * alpha * u) ** 2)",
  // y (1 - y) of the logistic function y, which neither overflows nor cancels so.
  sigmoid: "alpha * exp(-alpha * abs(u)) / (1 + exp(-alpha * abs(u))) ** 2",
  piecewiseQuadratic: "max(0, alpha - alpha * alpha * abs(u))",
  triangle: "max(0, 1 - alpha * abs(u))",
  rectangle: "where(abs(u) < 0.5 / alpha, alpha, 0)",
  fastSigmoid: "1 / (1 + alpha * abs(u)) ** 2",
} as const;

/** A built-in surrogate by its name, or `custom`: a function of the user's. */
export type SurrogateKind = keyof typeof SURROGATE_EXPRESSIONS | "custom";

/**
 * Reads a surrogate derivative.
 *
 * @param parameters names that it uses besides `u`
 * @throws EquationError where the text is wrong; MyelinError when it does not use `u`
 */
export function readSurrogate(
  owner: string,
  text: string,
  parameters: readonly string[] = [],
): SurrogateModel {
  const expression = parseExpression(owner, text);
  const builder = new Builder(owner, new Graph());
  const u = builder.graph.leaf("argument", "u");
  const scope: Scope = new Map([["u", { node: u, type: "number" }]]);
  for (const name of parameters)
    scope.set(name, { node: builder.graph.leaf("parameter", name), type: "number" });
  const node = builder.number(expression, scope);
  const nodes = reachable([node]);
  if (nodes.some((inner) => isComputed(inner, "spike"))) {
    refuse(owner, "a smooth expression", text, "`spike` has a surrogate, and is none.");
  }
  return { text: printExpression(expression), node, parameters };
}

/** The derivative at a node, as nodes of `graph`; `parameter` is asked for those named `surrogate.NAME`. */
export function surrogateAt(
  graph: Graph,
  surrogate: SurrogateModel,
  u: Node,
  parameter: (name: string) => Node,
): Node {
  const made = rewrite([surrogate.node], (node, operands) => {
    if (node.kind === "constant") return graph.constant(node.value);
    if (node.kind === "computed") return graph.apply(node.operation, ...operands);
    return node.source === "argument" ? u : parameter(surrogateParameter(node.name));
  });
  return made.get(surrogate.node)!;
}

/** The name of a surrogate's parameter among those of the neuron. */
export function surrogateParameter(name: string): string {
  return `surrogate.${name}`;
}
