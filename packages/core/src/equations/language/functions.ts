/** The functions that equations may call. */
import type { Graph, Node } from "../graph/graph.ts";
import type { OperationName } from "../graph/operations.ts";

export type ValueType = "number" | "condition";

/** A function by its operands' types, and how it is built. */
export interface LanguageFunction {
  readonly operands: readonly ValueType[];
  /** How a call is written. */
  readonly usage: string;
  readonly build: (graph: Graph, operands: readonly Node[]) => Node;
}

export const FUNCTIONS: Readonly<Record<string, LanguageFunction>> = {
  ...ofNumbers(
    "a",
    "exp",
    "log",
    "sqrt",
    "tanh",
    "sigmoid",
    "softplus",
    "sin",
    "cos",
    "abs",
    "relu",
    "detach",
  ),
  ...ofNumbers("a, b", "min", "max"),
  ...ofNumbers("u", "spike"),
  clamp: {
    operands: ["number", "number", "number"],
    usage: "clamp(a, lo, hi)",
    build: (graph, [a, low, high]) => {
      const below = graph.apply("select", graph.apply("less", high!, a!), high!, a!);
      return graph.apply("select", graph.apply("less", a!, low!), low!, below);
    },
  },
  where: {
    operands: ["condition", "number", "number"],
    usage: "where(condition, a, b)",
    build: (graph, operands) => graph.apply("select", ...operands),
  },
};

/** Numbers that have a name in every text. */
export const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI };

function ofNumbers(operands: string, ...names: OperationName[]): Record<string, LanguageFunction> {
  const count = operands.split(",").length;
  const entries = names.map((name): [string, LanguageFunction] => [
    name,
    {
      operands: Array.from({ length: count }, () => "number"),
      usage: `${name}(${operands})`,
      build: (graph, given) => graph.apply(name, ...given),
    },
  ]);
  return Object.fromEntries(entries);
}
