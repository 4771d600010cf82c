/** Equations with the backward pass that follows from them, as text for people. */
import { Graph, isComputed, type Node, reachable } from "./graph/graph.ts";
import type { OperationName } from "./graph/operations.ts";
import { reverse } from "./graph/reverse.ts";
import { Builder, type Scope } from "./language/build.ts";
import type { ValueType } from "./language/functions.ts";
import { parseEquations } from "./language/parse.ts";
import { printExpression } from "./language/print.ts";
import type { BinaryOperator, Equation, Expression } from "./language/syntax.ts";
import { type ModelSource, readModel } from "./model.ts";

/** One line of a neuron with what it adds to the gradients of the names in it. */
export interface DerivedLine {
  /** As in `v[t] = h * (1 - s)`. */
  readonly line: string;
  /** As in `dh += dv[t] * (1 - s)`; none where no gradient flows. */
  readonly gradients: readonly string[];
}

/**
 * The lines of a neuron in their order, each with the rules that reverse mode makes of it. `v[t]` is a state after the
 * step and `v[t-1]` before it, `dv[t]` the gradient of the loss by it, `g'` the surrogate.
 *
 * @throws EquationError where the equations are wrong
 */
export function deriveLines(source: ModelSource): DerivedLine[] {
  const { inputs, states, parameters } = readModel(source);
  const equations = parseEquations(source.name, source.equations);
  const isState = new Set(states.map(({ name }) => name));
  const derivation = new Derivation(source.name, [
    ...inputs.map((name) => [name, `${name}[t]`] as const),
    ...states.map(({ name }) => [name, `${name}[t-1]`] as const),
    ...parameters.map((name) => [name, name] as const),
  ]);
  return equations.map((equation, i) => {
    const { name } = equation;
    const isLast = equations.slice(i + 1).every((later) => later.name !== name);
    return derivation.derive(equation, isState.has(name) && isLast ? `${name}[t]` : versionOf(equations, i));
  });
}

/** The shown name of what a line assigns: a name that several lines assign has a number, as each is a value of its own. */
function versionOf(equations: readonly Equation[], i: number): string {
  const { name } = equations[i]!;
  const places = equations.flatMap((equation, place) => (equation.name === name ? [place] : []));
  return places.length === 1 ? name : `${name}${places.indexOf(i) + 1}`;
}

/** Goes through the lines; what is shown of a name changes as lines assign it. */
class Derivation {
  readonly #owner: string;
  readonly #shown: Map<string, { readonly text: string; readonly type: ValueType }>;

  constructor(owner: string, names: readonly (readonly [string, string])[]) {
    this.#owner = owner;
    this.#shown = new Map(names.map(([name, text]) => [name, { text, type: "number" }]));
  }

  /** @param result the shown name of what the line assigns */
  derive({ name, expression }: Equation, result: string): DerivedLine {
    const { graph, scope, builder } = this.#beginning();
    const { node: root, type } = builder.build(expression, scope);
    const gradients = reverse({
      algebra: graph,
      nodes: reachable([root]),
      valueOf: (node) => (isComputed(node, "detach") ? node.operands[0]! : node),
      seeds: [[root, graph.leaf("argument", `d${result}`)]],
      surrogate: (u) => graph.leaf("argument", `g'(${printNode(u)})`),
    });
    const line = `${result} = ${printExpression(this.#renamed(expression))}`;
    const ofNames = [...gradients].filter(([node]) => node.kind === "leaf");
    this.#shown.set(name, { text: result, type });
    return {
      line,
      gradients: ofNames.map(([leaf, gradient]) => `d${printNode(leaf)} += ${printNode(gradient)}`),
    };
  }

  /** A graph in which every name that exists stands for itself. */
  #beginning() {
    const graph = new Graph();
    const scope: Scope = new Map(
      [...this.#shown].map(([name, { text, type }]) => [name, { node: graph.leaf("argument", text), type }]),
    );
    return { graph, scope, builder: new Builder(this.#owner, graph) };
  }

  #renamed(expression: Expression): Expression {
    const inner = (operand: Expression): Expression => this.#renamed(operand);
    switch (expression.kind) {
      case "number":
        return expression;
      case "name":
        return { ...expression, name: this.#shown.get(expression.name)?.text ?? expression.name };
      case "negative":
        return { ...expression, operand: inner(expression.operand) };
      case "binary":
        return { ...expression, left: inner(expression.left), right: inner(expression.right) };
      case "call":
        return { ...expression, operands: expression.operands.map(inner) };
    }
  }
}

const OPERATORS: Partial<Record<OperationName, BinaryOperator>> = {
  ...{ add: "+", subtract: "-", multiply: "*", divide: "/", power: "**", less: "<", lessEqual: "<=" },
};

/** A value as an expression. */
function printNode(node: Node): string {
  return printExpression(expressionOf(node));
}

function expressionOf(node: Node): Expression {
  const place = { line: 0, column: 0 };
  if (node.kind === "constant") return numberOf(node.value);
  if (node.kind === "leaf") return { kind: "name", name: node.name, ...place };
  const operands = node.operands.map(expressionOf);
  const operator = OPERATORS[node.operation];
  const [left, right] = operands as [Expression, Expression];
  if (operator !== undefined) return { kind: "binary", operator, left, right, ...place };
  if (node.operation === "negate") return { kind: "negative", operand: left, ...place };
  const name = node.operation === "select" ? "where" : node.operation;
  return { kind: "call", name, operands, ...place };
}

function numberOf(value: number): Expression {
  const place = { line: 0, column: 0 };
  if (value < 0) return { kind: "negative", operand: numberOf(-value), ...place };
  return { kind: "number", value, ...place };
}
