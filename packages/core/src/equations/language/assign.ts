/** Lines in order: which name holds what, and what is missing. */
import { nearestName } from "../../nearest.ts";
import type { Node } from "../graph/graph.ts";
import type { Builder, Scope } from "./build.ts";
import { CONSTANTS, FUNCTIONS } from "./functions.ts";
import type { Equation } from "./syntax.ts";

/** The names that exist before the first line. */
export interface Names {
  readonly inputs: readonly string[];
  readonly states: readonly string[];
  readonly parameters: readonly string[];
}

/**
 * Goes through the lines in order; a name holds what the last line gave it.
 *
 * @param scope the names that exist before the first line
 * @returns the names that hold numbers in the end
 * @throws EquationError for a line that cannot be computed, or that assigns what cannot change
 */
export function assignAll(
  equations: readonly Equation[],
  builder: Builder,
  scope: Scope,
  names: Names,
): Map<string, Node> {
  const assigned = new Map<string, Node>();
  for (const equation of equations) {
    const { name, expression } = equation;
    checkTarget(equation, builder, names);
    const value = builder.build(expression, scope);
    if (value.type === "condition" && names.states.includes(name)) {
      const expected = `a number for the state ${name}`;
      builder.refuse(equation, expected, "a condition", "Write `where(condition, 1, 0)`.");
    }
    scope.set(name, value);
    if (value.type === "number") assigned.set(name, value.node);
    else assigned.delete(name);
  }
  return assigned;
}

/** A line may assign a state, or a name of its own. */
function checkTarget(equation: Equation, builder: Builder, { inputs, parameters }: Names): void {
  const { name } = equation;
  const kind = inputs.includes(name) ? "an input" : parameters.includes(name) ? "a parameter" : undefined;
  if (kind !== undefined) {
    builder.refuse(equation, "a state or a name of the step", `${kind}, ${name}`, "It cannot change.");
  }
  if (Object.hasOwn(FUNCTIONS, name) || Object.hasOwn(CONSTANTS, name)) {
    builder.refuse(equation, "a name of its own", name, "The language has it already: choose another.");
  }
}

/**
 * Every state is assigned; every input and parameter is used.
 *
 * @throws EquationError for one that is not
 */
export function checkUse(equations: readonly Equation[], builder: Builder, names: Names): void {
  const place = (name: string | undefined) =>
    equations.find((equation) => equation.name === name) ?? equations[0]!;
  for (const state of names.states) {
    if (equations.some(({ name }) => name === state)) continue;
    const locals = equations.map(({ name }) => name).filter((name) => !names.states.includes(name));
    const near = similarName(state, locals);
    const hint = near === undefined ? `Add a line \`${state} = ...\`.` : `Is ${near} meant to be ${state}?`;
    const at = builder.used.get(state) ?? place(near);
    builder.refuse(at, `a line that assigns the state ${state}`, "none", hint);
  }
  const outside = [
    ["input", names.inputs],
    ["parameter", names.parameters],
  ] as const;
  for (const [kind, all] of outside) {
    for (const name of all) {
      if (builder.used.has(name)) continue;
      const near = similarName(name, [...builder.used.keys()]);
      const hint = near === undefined ? "Use it or take it out." : `Is a use of ${near} meant to be ${name}?`;
      const at = near === undefined ? place(near) : builder.used.get(near)!;
      builder.refuse(at, `a use of the ${kind} ${name}`, "none", hint);
    }
  }
}

/** The nearest of some names; every letter is like every other, so single ones have none but their capital. */
export function similarName(name: string, candidates: readonly string[]): string | undefined {
  const near = nearestName(name, candidates);
  return name.length > 1 || near?.toLowerCase() === name.toLowerCase() ? near : undefined;
}
