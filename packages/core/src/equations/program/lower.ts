/** From a model to what runs at every step: what is the same for all steps leaves the loop, divisions by it become products. */
import { refuse } from "../../checks.ts";
import { CONDITIONS, type OperationName } from "../graph/operations.ts";
import { type Computed, Graph, isComputed, type Node, reachable, rewrite } from "../graph/graph.ts";
import type { Model, ModelOutput, ModelState } from "../model.ts";
import { surrogateAt, type SurrogateModel } from "../surrogate.ts";
import { multiplied } from "./powers.ts";

/** A value computed once before the first step, from parameters alone. */
export interface Hoisted {
  readonly name: string;
  /** An expression over the leaves `parameter NAME` and `parameter surrogate.NAME`. */
  readonly node: Node;
}

/** One step as backends run it. */
export interface Step {
  readonly graph: Graph;
  /** Numbers for the whole layer, and numbers for each neuron. */
  readonly uniforms: readonly Hoisted[];
  readonly rows: readonly Hoisted[];
  readonly inputs: readonly string[];
  readonly states: readonly ModelState[];
  readonly outputs: readonly ModelOutput[];
  /** The surrogate derivative of each spike, by the spike's u. */
  readonly surrogates: ReadonlyMap<Node, Node>;
}

/** How often a value changes: never, with the layer, from neuron to neuron, or at every step. */
const CONSTANT = 0;
const UNIFORM = 1;
const ROW = 2;
const STEP = 3;

/** What costs less than reading a number from memory: computed at every step rather than kept in a row. */
const CHEAP: ReadonlySet<OperationName> = new Set(["add", "subtract", "multiply", "negate", ...CONDITIONS]);

/**
 * The step of a neuron as backends run it.
 *
 * @param surrogate needed when the equations call `spike`
 * @param rowParameters the parameters with more than one value
 * @throws MyelinError when a needed surrogate is absent
 */
export function lower(
  model: Model,
  surrogate: SurrogateModel | undefined,
  rowParameters: ReadonlySet<string>,
): Step {
  const source = new Graph();
  const states = model.states.map(({ after }) => after);
  const outputs = model.outputs.map(({ node }) => node);
  const copied = copyInto(source, [...states, ...outputs]);
  const roots = [...copied.values()];
  const spikes = roots.filter((node) => isComputed(node, "spike"));
  const slopes = spikes.map(({ operands: [u] }) => {
    const needed =
      surrogate ?? refuse(`${model.name}.surrogate`, "a surrogate for `spike`", surrogate, "Use atan().");
    return [u!, surrogateAt(source, needed, u!)] as const;
  });
  const lowering = new Lowering(source, rowParameters);
  lowering.run([...roots, ...slopes.map(([, slope]) => slope)]);
  const lowered = (node: Node): Node => lowering.use(copied.get(node)!);
  return {
    ...{ graph: lowering.graph, uniforms: lowering.uniforms, rows: lowering.rows, inputs: model.inputs },
    states: model.states.map((state) => ({ ...state, after: lowered(state.after) })),
    outputs: model.outputs.map(({ name, node }) => ({ name, node: lowered(node) })),
    surrogates: new Map(slopes.map(([u, slope]) => [lowering.use(u), lowering.use(slope)])),
  };
}

function copyInto(graph: Graph, roots: readonly Node[]): ReadonlyMap<Node, Node> {
  return rewrite(roots, (node, operands) => {
    if (node.kind === "constant") return graph.constant(node.value);
    if (node.kind === "leaf") return graph.leaf(node.source, node.name);
    return graph.apply(node.operation, ...operands);
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
