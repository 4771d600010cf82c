/** A neuron's equations, read and checked: what backends interpret or compile. */
import { checkNumber, refuse } from "../checks.ts";
import { Graph, isComputed, type Node, reachable } from "./graph/graph.ts";
import { assignAll, checkUse, similarName } from "./language/assign.ts";
import { Builder, type Scope } from "./language/build.ts";
import { CONSTANTS, FUNCTIONS } from "./language/functions.ts";
import { parseEquations } from "./language/parse.ts";
import { printEquations } from "./language/print.ts";

/** What a neuron is made from. */
export interface ModelSource {
  /** Name for messages, such as `AdaptiveLIF`. */
  readonly name: string;
  /** One assignment per line, in the order in which a step computes them. */
  readonly equations: string;
  /** The states with their values at rest: a number, or the parameter that says it. */
  readonly state: Readonly<Record<string, number | string>>;
  /** Names of the parameters. */
  readonly parameters: readonly string[];
  /** Names of the inputs; `x` unless given. */
  readonly inputs?: readonly string[] | undefined;
  /** Names of the outputs, assigned in the equations; `s` unless given. */
  readonly outputs?: readonly string[] | undefined;
}

export interface ModelState {
  readonly name: string;
  /** Value before the first step: a number, or that of a parameter. */
  readonly rest: number | string;
  /** Its value after a step. */
  readonly after: Node;
}

export interface ModelOutput {
  readonly name: string;
  readonly node: Node;
}

/** The equations of one step as a graph over its inputs, the states before it and the parameters. */
export interface Model {
  readonly name: string;
  /** The equations in one spelling: equal models have equal texts. */
  readonly text: string;
  readonly graph: Graph;
  readonly inputs: readonly string[];
  readonly states: readonly ModelState[];
  readonly parameters: readonly string[];
  readonly outputs: readonly ModelOutput[];
  /** Every assigned number with its last value of the step, for monitors. */
  readonly assigned: ReadonlyMap<string, Node>;
  /** The u of every different `spike(u)`. */
  readonly spikes: readonly Node[];
}

/**
 * Reads a neuron's equations.
 *
 * @throws EquationError where the text is wrong, with line, column and the nearest name
 * @throws MyelinError for wrong names, or numbers that are not finite
 */
export function readModel(source: ModelSource): Model {
  const { inputs = ["x"], parameters } = source;
  const stateNames = Object.keys(source.state);
  checkNames(source.name, { inputs, state: stateNames, parameters });
  const owner = `${source.name}.equations`;
  const equations = parseEquations(owner, source.equations);
  const builder = new Builder(owner, new Graph());
  const scope: Scope = new Map();
  const leaves = (kind: "input" | "state" | "parameter", names: readonly string[]): void => {
    for (const name of names) scope.set(name, { node: builder.graph.leaf(kind, name), type: "number" });
  };
  leaves("input", inputs);
  leaves("state", stateNames);
  leaves("parameter", parameters);
  const names = { inputs, states: stateNames, parameters };
  const assigned = assignAll(equations, builder, scope, names);
  const states = stateNames.map((name) => {
    const rest = restOf(`${source.name}.state.${name}`, source.state[name], parameters);
    return { name, rest, after: assigned.get(name)! };
  });
  const rests = states.map(({ rest }) => rest);
  checkUse(equations, builder, { ...names, parameters: parameters.filter((name) => !rests.includes(name)) });
  const outputs = outputsOf(source, assigned);
  return {
    ...{ name: source.name, graph: builder.graph, text: printEquations(equations) },
    ...{ inputs, states, parameters, outputs, assigned, spikes: spikesOf(states, outputs) },
  };
}

function restOf(symbol: string, rest: unknown, parameters: readonly string[]): number | string {
  if (typeof rest !== "string") return checkNumber(symbol, rest, {});
  if (parameters.includes(rest)) return rest;
  const near = similarName(rest, parameters);
  const hint = near === undefined ? "The parameters of the neuron may stand here." : `Did you mean ${near}?`;
  refuse(symbol, "a number or the name of a parameter", rest, hint);
}

/** The arguments of all spikes that states and outputs need. */
function spikesOf(states: readonly ModelState[], outputs: readonly ModelOutput[]): Node[] {
  const roots = [...states.map(({ after }) => after), ...outputs.map(({ node }) => node)];
  return reachable(roots).flatMap((node) => (isComputed(node, "spike") ? [node.operands[0]!] : []));
}

/** The same neuron with further outputs, of names that a line assigns. */
export function withOutputs(model: Model, names: readonly string[]): Model {
  const further = names.filter((name) => model.outputs.every((output) => output.name !== name));
  const outputs = [...model.outputs, ...further.map((name) => ({ name, node: model.assigned.get(name)! }))];
  return { ...model, outputs, spikes: spikesOf(model.states, outputs) };
}

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Every name is one, and stands for one thing. */
function checkNames(owner: string, kinds: Readonly<Record<string, readonly string[]>>): void {
  const taken = new Map<string, string>();
  for (const [kind, names] of Object.entries(kinds)) {
    for (const name of names) {
      const symbol = `${owner}.${kind}`;
      if (!NAME.test(name)) refuse(symbol, "names of letters, digits and _", name, "Start with a letter.");
      if (Object.hasOwn(FUNCTIONS, name) || Object.hasOwn(CONSTANTS, name)) {
        refuse(symbol, "a name of its own", name, "The equations' language has it already.");
      }
      const other = taken.get(name);
      if (other !== undefined) refuse(symbol, `a name that is not in ${other}`, name, "One name, one thing.");
      taken.set(name, kind);
    }
  }
}

/** As many as bits of an integer tell apart, with some to spare for monitors. */
const MOST_OUTPUTS = 24;

function outputsOf(source: ModelSource, assigned: ReadonlyMap<string, Node>): ModelOutput[] {
  const symbol = `${source.name}.outputs`;
  const names = source.outputs ?? ["s"];
  if (names.length === 0) refuse(symbol, "at least one name", names, 'Write `outputs: ["v"]`.');
  if (names.length > MOST_OUTPUTS) refuse(symbol, `at most ${MOST_OUTPUTS} names`, names, "Take some out.");
  return names.map((name, i) => {
    const node = assigned.get(name);
    if (names.indexOf(name) !== i) refuse(symbol, "each name once", names, "Take one out.");
    if (node) return { name, node };
    const near = similarName(name, [...assigned.keys()]);
    const hint = source.outputs === undefined ? 'Without `s`, write `outputs: ["v"]`.' : "";
    refuse(
      symbol,
      "names that a line assigns a number",
      name,
      near === undefined ? hint : hint || `Did you mean ${near}?`,
    );
  });
}
