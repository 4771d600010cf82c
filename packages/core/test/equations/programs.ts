/** Random neurons: equations from the whole grammar, with values on which they stay tame. */
import fc from "fast-check";
import { Evaluator } from "../../src/equations/graph/evaluate.ts";
import { isComputed } from "../../src/equations/graph/graph.ts";
import type { Equation, Expression } from "../../src/equations/language/syntax.ts";
import { type Model, printEquations, readModel } from "../../src/equations/index.ts";
import { normal } from "../gradients/finite-differences.ts";
import type { Layer } from "./host.ts";

const NOWHERE = { line: 0, column: 0 };
const INPUTS = ["x", "feedback"];
const STATES = ["v", "w"];
const PARAMETERS = ["tau", "beta", "theta"];
const ONE = [
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
  "spike",
];
const EXPONENTS = [2, 3, -1, -2, 0.5, 1.5];

/** @param detach whether `detach` may occur, whose derivative no difference shows */
export function randomEquations(detach = true): fc.Arbitrary<Equation[]> {
  const functions = ONE.filter((name) => detach || name !== "detach");
  const known = [...INPUTS, ...STATES, ...PARAMETERS];
  const lines = ["h", "s", "v", "h", "w"].map((name, i, names) => {
    const locals = names.slice(0, i);
    const drive = (expression: Expression): Expression =>
      i === 0
        ? binary("+", named("x"), expression)
        : name === "s"
          ? call("spike", expression)
          : call("tanh", expression);
    return expressionOf([...known, ...locals], functions, 3).map((expression) => ({
      ...{ name, ...NOWHERE },
      expression: drive(expression),
    }));
  });
  return fc.tuple(...lines);
}

function expressionOf(
  names: readonly string[],
  functions: readonly string[],
  depth: number,
): fc.Arbitrary<Expression> {
  const leaf = fc.oneof(
    fc.constantFrom(...names).map(named),
    fc.integer({ min: 1, max: 40 }).map((tenths): Expression => number(tenths / 10)),
  );
  if (depth === 0) return leaf;
  const inner = expressionOf(names, functions, depth - 1);
  const pair = fc.tuple(inner, inner);
  return fc.oneof(
    leaf,
    fc.tuple(fc.constantFrom("+", "-", "*", "/"), pair).map(([operator, [a, b]]) => binary(operator, a, b)),
    inner.map((operand): Expression => ({ kind: "negative", operand, ...NOWHERE })),
    fc.tuple(inner, fc.constantFrom(...EXPONENTS)).map(([a, n]) => binary("**", a, number(n))),
    fc.tuple(fc.constantFrom(...functions), inner).map(([name, a]) => call(name, a)),
    fc.tuple(fc.constantFrom("min", "max"), pair).map(([name, operands]) => call(name, ...operands)),
    inner.map((a) => call("clamp", a, number(-1.5), number(1.5))),
    fc
      .tuple(fc.constantFrom("<", "<=", ">", ">="), pair, pair)
      .map(([operator, [a, b], operands]) => call("where", binary(operator, a, b), ...operands)),
  );
}

function named(name: string): Expression {
  return { kind: "name", name, ...NOWHERE };
}

function number(value: number): Expression {
  if (value < 0) return { kind: "negative", operand: number(-value), ...NOWHERE };
  return { kind: "number", value, ...NOWHERE };
}

function binary(
  operator: "+" | "-" | "*" | "/" | "**" | "<" | "<=" | ">" | ">=",
  left: Expression,
  right: Expression,
): Expression {
  return { kind: "binary", operator, left, right, ...NOWHERE };
}

function call(name: string, ...operands: Expression[]): Expression {
  return { kind: "call", name, operands, ...NOWHERE };
}

/** The neuron of the equations with the inputs and parameters that they use; undefined when constants make it illegal. */
export function modelOf(equations: readonly Equation[]): Model | undefined {
  const text = printEquations(equations);
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
  try {
    return readModel({
      ...{ name: "Random", equations: text, outputs: ["s", "h"] },
      state: { v: 0.25, w: 0 },
      inputs: INPUTS.filter(uses),
      parameters: PARAMETERS.filter(uses),
    });
  } catch (error) {
    // Such as the logarithm of a constant below 0.
    if (/a finite number|other than 0/.test(String(error))) return undefined;
    throw error;
  }
}

/** Inputs, states and parameters; `beta` has one value per channel. */
export function valuesFor(
  model: Model,
  steps: number,
  size: number,
  seed: number,
): Omit<Layer, "surrogate" | "alpha"> {
  const rounded = (numbers: Float64Array) => numbers.map(Math.fround);
  return {
    ...{ model, steps, size },
    inputs: model.inputs.map((_, i) => rounded(normal(steps * size, seed + i))),
    initial: model.states.map((_, i) => (i === 0 ? undefined : rounded(normal(size, seed + 10 + i)))),
    parameters: model.parameters.map((name, i) =>
      rounded(normal(name === "beta" ? size : 1, seed + 20 + i).map((value) => 1 + Math.abs(value))),
    ),
  };
}

/** How near to a switch, and how large, values may be. */
const MARGIN = 1e-3;
const LARGEST = 50;

/** Whether no value is large or near a switch, where rounding alone would tell programs apart. */
export function isTame(layer: Omit<Layer, "surrogate" | "alpha">, fire?: (u: number) => number): boolean {
  const { model, steps, size, inputs, parameters, initial } = layer;
  const evaluator = new Evaluator(
    [...model.states.map(({ after }) => after), ...model.outputs.map(({ node }) => node)],
    fire,
  );
  for (let e = 0; e < size; e++) {
    let state = model.states.map(({ rest }, i) => initial[i]?.[e] ?? (rest as number));
    for (let t = 0; t < steps; t++) {
      evaluator.run(({ source, name }) => {
        if (source === "input") return inputs[model.inputs.indexOf(name)]![t * size + e]!;
        if (source === "state") return state[model.states.findIndex((known) => known.name === name)]!;
        const values = parameters[model.parameters.indexOf(name)]!;
        return values[e % values.length]!;
      });
      if (!evaluator.nodes.every((node) => isTameNode(evaluator, node))) return false;
      state = model.states.map(({ after }) => evaluator.valueOf(after));
    }
  }
  return true;
}

function isTameNode({ valueOf }: Evaluator, node: Parameters<Evaluator["valueOf"]>[0]): boolean {
  if (!(Math.abs(valueOf(node)) < LARGEST)) return false;
  if (node.kind !== "computed") return true;
  const [a, b] = node.operands.map(valueOf) as [number, number];
  if (isComputed(node, "less", "lessEqual", "min", "max")) return Math.abs(a - b) > MARGIN;
  if (isComputed(node, "relu", "abs", "spike", "log", "sqrt")) return Math.abs(a) > MARGIN;
  if (isComputed(node, "power")) return Math.abs(a) > 0.05;
  return !isComputed(node, "divide") || Math.abs(b) > 0.05;
}
