/** From trees to expression graphs: names become values, and what cannot be computed is refused. */
import { describeValue } from "../../describe-value.ts";
import { nearestName } from "../../nearest.ts";
import type { Graph, Node } from "../graph/graph.ts";
import { EquationError, type Place } from "./equation-error.ts";
import { CONSTANTS, FUNCTIONS, type ValueType } from "./functions.ts";
import type { BinaryOperator, Expression } from "./syntax.ts";

/** A value and whether it is a condition. */
export interface Typed {
  readonly node: Node;
  readonly type: ValueType;
}

/** Names with their values. */
export type Scope = Map<string, Typed>;

/** Largest whole exponent. */
const MAX_EXPONENT = 1024;

/** Builds expressions of one text into one graph. */
export class Builder {
  readonly graph: Graph;
  readonly owner: string;
  /** Names that expressions have used, with the first place of each. */
  readonly used = new Map<string, Place>();

  /** @param owner whose text it is, for messages */
  constructor(owner: string, graph: Graph) {
    this.owner = owner;
    this.graph = graph;
  }

  /**
   * The value of an expression.
   *
   * @throws EquationError for an unknown name or function, a wrong number of operands, a condition for a number or the
   * other way round, a division by zero, and a constant that is not finite
   */
  build(expression: Expression, scope: Scope): Typed {
    const typed = this.#build(expression, scope);
    const { node } = typed;
    if (node.kind === "constant" && !Number.isFinite(node.value)) {
      this.refuse(
        expression,
        "a finite number",
        String(node.value),
        "Its operands are all constants: change them.",
      );
    }
    return typed;
  }

  /** The value of an expression that has to be a number. */
  number(expression: Expression, scope: Scope): Node {
    return this.#operand(expression, scope, "number");
  }

  refuse(place: Place, expected: string, got: string, hint: string): never {
    throw new EquationError(this.owner, place, `expected ${expected}, got ${got}. ${hint}`);
  }

  #build(expression: Expression, scope: Scope): Typed {
    switch (expression.kind) {
      case "number":
        return number(this.graph.constant(expression.value));
      case "name":
        return this.#name(expression.name, expression, scope);
      case "negative":
        return number(this.graph.apply("negate", this.number(expression.operand, scope)));
      case "binary":
        return this.#binary(expression, scope);
      case "call":
        return this.#call(expression, scope);
    }
  }

  #operand(expression: Expression, scope: Scope, wanted: ValueType): Node {
    const { node, type } = this.build(expression, scope);
    if (type === wanted) return node;
    if (wanted === "condition") {
      return this.refuse(expression, "a condition", "a number", "Compare it: `where(a > 0, ...)`.");
    }
    return this.refuse(expression, "a number", "a condition", "Make it one: `where(a > b, 1, 0)`.");
  }

  #name(name: string, place: Place, scope: Scope): Typed {
    const value = scope.get(name);
    if (value) {
      if (!this.used.has(name)) this.used.set(name, place);
      return value;
    }
    if (Object.hasOwn(CONSTANTS, name)) return number(this.graph.constant(CONSTANTS[name]!));
    if (Object.hasOwn(FUNCTIONS, name)) {
      this.refuse(place, "a value", `the function ${name}`, `Write ${FUNCTIONS[name]!.usage}.`);
    }
    const near = nearestName(name, [...scope.keys()]);
    const hint =
      near === undefined ? `Known here: ${[...scope.keys()].join(", ")}.` : `Did you mean ${near}?`;
    this.refuse(place, "a name that is known here", describeValue(name), hint);
  }

  #binary(expression: Expression & { readonly kind: "binary" }, scope: Scope): Typed {
    const left = this.number(expression.left, scope);
    const right = this.number(expression.right, scope);
    const { operator } = expression;
    if (operator === "/" && isZero(right)) {
      this.refuse(expression, "a divisor other than 0", "0", "Nothing can be divided by it.");
    }
    if (operator === "**") this.#checkPower(expression, left, right);
    return BINARY[operator](this.graph, left, right);
  }

  #checkPower(expression: Expression & { readonly kind: "binary" }, base: Node, exponent: Node): void {
    const { right } = expression;
    if (exponent.kind !== "constant") {
      this.refuse(
        right,
        "a constant exponent",
        "one that varies",
        "Write a ** b as `exp(b * log(a))`, for a > 0.",
      );
    }
    const { value } = exponent;
    if (Number.isInteger(value) && Math.abs(value) > MAX_EXPONENT) {
      this.refuse(right, `an exponent of at most ${MAX_EXPONENT}`, String(value), "Use a smaller one.");
    }
    if (isZero(base) && value < 0)
      this.refuse(expression, "a base other than 0", "0", "1 / 0 is not a number.");
  }

  #call(expression: Expression & { readonly kind: "call" }, scope: Scope): Typed {
    const { name, operands } = expression;
    if (!Object.hasOwn(FUNCTIONS, name)) {
      const near = nearestName(name, Object.keys(FUNCTIONS));
      const known = `Functions: ${Object.keys(FUNCTIONS).join(", ")}.`;
      const hint = near === undefined ? known : `Did you mean ${near}?`;
      this.refuse(
        expression,
        "a function",
        describeValue(name),
        scope.has(name) ? "Products need their `*`." : hint,
      );
    }
    const known = FUNCTIONS[name]!;
    const wanted = known.operands.length;
    if (operands.length !== wanted) {
      const expected = `${wanted} ${wanted === 1 ? "operand" : "operands"} of ${name}`;
      this.refuse(expression, expected, String(operands.length), `Write ${known.usage}.`);
    }
    const nodes = operands.map((operand, i) => this.#operand(operand, scope, known.operands[i]!));
    return number(known.build(this.graph, nodes));
  }
}

const BINARY: Readonly<Record<BinaryOperator, (graph: Graph, a: Node, b: Node) => Typed>> = {
  "+": (graph, a, b) => number(graph.apply("add", a, b)),
  "-": (graph, a, b) => number(graph.apply("subtract", a, b)),
  "*": (graph, a, b) => number(graph.apply("multiply", a, b)),
  "/": (graph, a, b) => number(graph.apply("divide", a, b)),
  "**": (graph, a, b) => number(graph.apply("power", a, b)),
  "<": (graph, a, b) => condition(graph.apply("less", a, b)),
  "<=": (graph, a, b) => condition(graph.apply("lessEqual", a, b)),
  ">": (graph, a, b) => condition(graph.apply("less", b, a)),
  ">=": (graph, a, b) => condition(graph.apply("lessEqual", b, a)),
};

function number(node: Node): Typed {
  return { node, type: "number" };
}

function condition(node: Node): Typed {
  return { node, type: "condition" };
}

function isZero(node: Node): boolean {
  return node.kind === "constant" && node.value === 0;
}
