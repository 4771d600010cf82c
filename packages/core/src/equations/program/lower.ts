/** From a model to what runs at every step: what is the same for all steps leaves the loop, divisions by it become products. */
import { refuse } from "../../checks.ts";
import { CONDITIONS, type OperationName } from "../graph/operations.ts";
import { type Computed, Graph, type Node, reachable, rewrite } from "../graph/graph.ts";
import type { Model, ModelOutput } from "../model.ts";
import { surrogateAt, type SurrogateModel } from "../surrogate.ts";
import type { Carried } from "./kernel.ts";
import { multiplied } from "./powers.ts";

/** A value computed once before the first step, from parameters alone. */
export interface Hoisted {
  readonly name: string;
  /** An expression over the leaves `parameter NAME` and `parameter surrogate.NAME`. */
  readonly node: Node;
}

/** A state of a step. */
export interface StepState extends Carried {
  /** Its value after the step. */
  readonly after: Node;
}

/** One step as backends run it. */
export interface Step {
  readonly graph: Graph;
  /** Numbers for the whole layer, and numbers for each neuron. */
  readonly uniforms: readonly Hoisted[];
  readonly rows: readonly Hoisted[];
  readonly inputs: readonly string[];
  readonly states: readonly StepState[];
  readonly outputs: readonly ModelOutput[];
  /** The u of each spike, in the model's order. */
  readonly spikes: readonly Node[];
  /** The surrogate derivative of each spike, by the spike's u. */
  readonly surrogates: ReadonlyMap<Node, Node>;
}

/** What is known of a layer when its neuron is compiled. */
export interface Choices {
  /** The parameters with more than one value. */
  readonly rows?: ReadonlySet<string>;
  /** Numbers that parameters have for good, by their names among those of the neuron. */
  readonly fixed?: ReadonlyMap<string, number>;
}

/** How often a value changes: never, with the layer, from neuron to neuron, or at every step. */
const CONSTANT = 0;
const UNIFORM = 1;
const ROW = 2;
const STEP = 3;

/** What costs less than reading a number from memory: computed at every step rather than kept in a row. */
const CHEAP: ReadonlySet<OperationName> = new Set(["add", "subtract", "multiply", "negate", ...CONDITIONS]);

/** Stands for a surrogate whose derivatives are read from tables. */
export const TABLE = "table";

/**
 * The step of a neuron as backends run it.
 *
 * @param surrogate needed when the equations call `spike`; TABLE where the host computes the derivatives
 * @throws MyelinError when a needed surrogate is absent
 */
export function lower(
  model: Model,
  surrogate: SurrogateModel | typeof TABLE | undefined,
  { rows = new Set(), fixed = new Map() }: Choices = {},
): Step {
  const source = new Graph();
  const states = model.states.map(({ after }) => after);
  const outputs = model.outputs.map(({ node }) => node);
  const parameter = (name: string): Node => {
    const value = fixed.get(name);
    return value === undefined ? source.leaf("parameter", name) : source.constant(value);
  };
  const copied = copyInto(source, [...states, ...outputs], parameter);
  const slopes = model.spikes.map((spike, i) => {
    const needed =
      surrogate ?? refuse(`${model.name}.surrogate`, "a surrogate for `spike`", surrogate, "Use atan().");
    const u = copied.get(spike)!;
    const slope =
      needed === TABLE ? source.leaf("slope", String(i)) : surrogateAt(source, needed, u, parameter);
    return [u, slope] as const;
  });
  const lowering = new Lowering(source, rows);
  lowering.run([...copied.values(), ...slopes.map(([, slope]) => slope)]);
  const lowered = (node: Node): Node => lowering.use(copied.get(node)!);
  return {
    ...{ graph: lowering.graph, uniforms: lowering.uniforms, rows: lowering.rows, inputs: model.inputs },
    states: model.states.map(({ name, rest, after }) => {
      const beginning = typeof rest === "string" ? parameter(rest) : source.constant(rest);
      return { name, rest: lowering.use(beginning), after: lowered(after) };
    }),
    outputs: model.outputs.map(({ name, node }) => ({ name, node: lowered(node) })),
    spikes: slopes.map(([u]) => lowering.use(u)),
    surrogates: new Map(slopes.map(([u, slope]) => [lowering.use(u), lowering.use(slope)])),
  };
}

function copyInto(
  graph: Graph,
  roots: readonly Node[],
  parameter: (name: string) => Node,
): ReadonlyMap<Node, Node> {
  return rewrite(roots, (node, operands) => {
    if (node.kind === "constant") return graph.constant(node.value);
    if (node.kind === "computed") return graph.apply(node.operation, ...operands);
    return node.source === "parameter" ? parameter(node.name) : graph.leaf(node.source, node.name);
  });
}

class Lowering {
  readonly graph = new Graph();
  readonly uniforms: Hoisted[] = [];
  readonly rows: Hoisted[] = [];
  readonly #source: Graph;
  readonly #rowParameters: ReadonlySet<string>;
  readonly #levels = new Map<Node, number>();
  readonly #made = new Map<Node, Node>();

  constructor(source: Graph, rowParameters: ReadonlySet<string>) {
    this.#source = source;
    this.#rowParameters = rowParameters;
  }

  run(roots: readonly Node[]): void {
    // Nodes that are the same at every step are made when something uses them.
    for (const node of reachable(roots)) if (this.#level(node) === STEP) this.use(node);
  }

  /** What a node becomes inside the loop. */
  use(node: Node): Node {
    const known = this.#made.get(node);
    if (known) return known;
    const made = this.#make(node);
    this.#made.set(node, made);
    return made;
  }

  #make(node: Node): Node {
    if (node.kind === "constant") return this.graph.constant(node.value);
    const level = this.#level(node);
    if (node.kind === "leaf") {
      return level === STEP ? this.graph.leaf(node.source, node.name) : this.#hoisted(node, level);
    }
    const isCheap = CONDITIONS.has(node.operation) || (level === ROW && CHEAP.has(node.operation));
    return level === STEP || isCheap ? this.#compute(node) : this.#hoisted(node, level);
  }

  #hoisted(node: Node, level: number): Node {
    const [list, source] =
      level === ROW ? ([this.rows, "row"] as const) : ([this.uniforms, "uniform"] as const);
    const name = `${source}${list.length}`;
    list.push({ name, node });
    return this.graph.leaf(source, name);
  }

  #compute({ operation, operands: [a, b, c] }: Computed): Node {
    const { graph } = this;
    if (operation === "divide" && this.#level(b!) < STEP) {
      const reciprocal = this.#source.apply("divide", this.#source.constant(1), b!);
      return graph.apply("multiply", this.use(a!), this.use(reciprocal));
    }
    if (operation === "power") return multiplied(graph, this.use(a!), (b as { value: number }).value);
    const operands = [a, b, c].filter((operand) => operand !== undefined);
    return graph.apply(operation, ...operands.map((operand) => this.use(operand)));
  }

  #level(node: Node): number {
    const known = this.#levels.get(node);
    if (known !== undefined) return known;
    const level = this.#findLevel(node);
    this.#levels.set(node, level);
    return level;
  }

  #findLevel(node: Node): number {
    if (node.kind === "constant") return CONSTANT;
    if (node.kind === "leaf") {
      if (node.source !== "parameter") return STEP;
      return this.#rowParameters.has(node.name) ? ROW : UNIFORM;
    }
    // The gradient of a spike needs its surrogate, which the loop has.
    return node.operation === "spike"
      ? STEP
      : Math.max(...node.operands.map((operand) => this.#level(operand)));
  }
}
