/** The specification: equations in float64, one neuron after another, in the order in which they are written. */
import { Evaluator } from "../graph/evaluate.ts";
import type { Leaf, Node } from "../graph/graph.ts";
import { NUMBERS, OPERATIONS } from "../graph/operations.ts";
import { reverse } from "../graph/reverse.ts";
import type { Model } from "../model.ts";
import type { SurrogateModel } from "../surrogate.ts";

/** Steps, and neurons of one step: `B * ...`. */
export interface ModelSize {
  readonly steps: number;
  readonly size: number;
}

/** Values of a parameter: neuron e has `values[floor(e / inner) mod values.length]`. */
export interface Placed {
  readonly values: Float64Array;
  readonly inner: number;
}

/** What both passes read. Everything is in the order in which the model names it. */
export interface ModelValues {
  /** `[steps, size]` each. */
  readonly inputs: readonly Float64Array[];
  readonly parameters: readonly Placed[];
  /** The states before the first step, `[size]` each; at rest where absent. */
  readonly initial?: readonly (Float64Array | undefined)[] | undefined;
  /** The step function; gradient checks put a smooth one in its place. */
  readonly fire?: ((u: number) => number) | undefined;
}

/** What the forward pass writes: outputs `[steps, size]`, and the states after the last step `[size]`. */
export interface ModelResults {
  readonly outputs: readonly (Float64Array | undefined)[];
  readonly final: readonly (Float64Array | undefined)[];
  /** The u of the spikes, `[steps, size]`. */
  readonly told?: readonly (Float64Array | undefined)[] | undefined;
}

/** What the backward pass writes; gradients of parameters have the length of their values. */
export interface ModelGradients {
  readonly inputs: readonly (Float64Array | undefined)[];
  readonly parameters: readonly (Float64Array | undefined)[];
  readonly initial: readonly (Float64Array | undefined)[];
}

/** Runs all steps. */
export function interpretForward(
  model: Model,
  size: ModelSize,
  values: ModelValues,
  out: ModelResults,
): void {
  const neurons = new Neurons(model, size, values);
  for (let e = 0; e < size.size; e++) {
    neurons.start(e);
    for (let t = 0; t < size.steps; t++) {
      neurons.step(t);
      const place = t * size.size + e;
      model.outputs.forEach(({ node }, i) => put(out.outputs[i], place, neurons.valueOf(node)));
      out.told?.forEach((told, i) => put(told, place, neurons.valueOf(model.spikes[i]!)));
      neurons.advance();
    }
    neurons.state.forEach((value, i) => put(out.final[i], e, value));
  }
}

/**
 * Backpropagation through time, from the last step to the first: reverse mode through each step, in which the gradient
 * of a state before a step is that of the state after the step before.
 *
 * @param derivative g'(u) of the surrogate; `spike` is the place of u in the model, and `place` that of the neuron and step
 * @param given incoming gradients of outputs and final states; absent ones are zero
 */
export function interpretBackward(
  model: Model,
  derivative: (u: number, spike: number, place: number) => number,
  size: ModelSize,
  values: ModelValues,
  given: ModelResults,
  out: ModelGradients,
): void {
  const neurons = new Neurons(model, size, values);
  for (const gradient of out.parameters) gradient?.fill(0);
  for (let e = 0; e < size.size; e++) {
    const before = neurons.statesBefore(e);
    let gState = model.states.map((_, i) => given.final[i]?.[e] ?? 0);
    for (let t = size.steps - 1; t >= 0; t--) {
      const place = t * size.size + e;
      neurons.state = before[t]!;
      neurons.step(t);
      const seeds = [
        ...model.states.map(({ after }, i): [Node, number] => [after, gState[i]!]),
        ...model.outputs.map(({ node }, i): [Node, number] => [node, given.outputs[i]?.[place] ?? 0]),
      ];
      const gradients = neurons.reverse(seeds, (u, node) => derivative(u, model.spikes.indexOf(node), place));
      const of = (source: Leaf["source"], name: string): number =>
        gradients.get(model.graph.leaf(source, name)) ?? 0;
      model.inputs.forEach((name, i) => put(out.inputs[i], place, of("input", name)));
      model.parameters.forEach((name, i) => {
        const gradient = out.parameters[i];
        if (gradient) gradient[indexIn(values.parameters[i]!, e)]! += of("parameter", name);
      });
      gState = model.states.map(({ name }) => of("state", name));
    }
    gState.forEach((gradient, i) => put(out.initial[i], e, gradient));
    model.states.forEach(({ rest }, i) => {
      if (typeof rest !== "string" || values.initial?.[i]) return;
      const p = model.parameters.indexOf(rest);
      const gradient = out.parameters[p];
      if (gradient) gradient[indexIn(values.parameters[p]!, e)]! += gState[i]!;
    });
  }
}

/** g'(u) of a surrogate expression as a function. */
export function surrogateFunction(
  surrogate: SurrogateModel,
  parameters: readonly number[],
): (u: number) => number {
  const evaluator = new Evaluator([surrogate.node]);
  return (u) => {
    evaluator.run(({ source, name }) =>
      source === "argument" ? u : parameters[surrogate.parameters.indexOf(name)]!,
    );
    return evaluator.valueOf(surrogate.node);
  };
}

/** The neurons of a layer, of which one is looked at, at one step. */
class Neurons {
  /** The states before the step. */
  state: readonly number[] = [];
  readonly #model: Model;
  readonly #size: ModelSize;
  readonly #values: ModelValues;
  readonly #evaluator: Evaluator;
  #e = 0;

  constructor(model: Model, size: ModelSize, values: ModelValues) {
    this.#model = model;
    this.#size = size;
    this.#values = values;
    const roots = [...model.states.map(({ after }) => after), ...model.outputs.map(({ node }) => node)];
    this.#evaluator = new Evaluator(roots, values.fire ?? OPERATIONS.spike.evaluate);
  }

  /** Goes to neuron e, before the first step. */
  start(e: number): void {
    this.#e = e;
    this.state = this.#model.states.map(
      ({ rest }, i) =>
        this.#values.initial?.[i]?.[e] ?? (typeof rest === "number" ? rest : this.#parameter(rest)),
    );
  }

  #parameter(name: string): number {
    const parameter = this.#values.parameters[this.#model.parameters.indexOf(name)]!;
    return parameter.values[indexIn(parameter, this.#e)]!;
  }

  /** Computes step t from `state`. */
  step(t: number): void {
    const { inputs, states } = this.#model;
    const place = t * this.#size.size + this.#e;
    this.#evaluator.run(({ source, name }) => {
      if (source === "input") return this.#values.inputs[inputs.indexOf(name)]![place]!;
      if (source === "state") return this.state[states.findIndex((state) => state.name === name)]!;
      return this.#parameter(name);
    });
  }

  valueOf(node: Node): number {
    return this.#evaluator.valueOf(node);
  }

  /** Makes the states after the step those before the next one. */
  advance(): void {
    this.state = this.#model.states.map(({ after }) => this.valueOf(after));
  }

  /** The states before each step of neuron e. */
  statesBefore(e: number): (readonly number[])[] {
    this.start(e);
    return Array.from({ length: this.#size.steps }, (_, t) => {
      const before = this.state;
      this.step(t);
      this.advance();
      return before;
    });
  }

  reverse(
    seeds: readonly (readonly [Node, number])[],
    surrogate: (u: number, node: Node) => number,
  ): ReadonlyMap<Node, number> {
    const { nodes, valueOf } = this.#evaluator;
    return reverse({ algebra: NUMBERS, nodes, valueOf, seeds, surrogate });
  }
}

function indexIn({ values, inner }: Placed, e: number): number {
  return Math.floor(e / inner) % values.length;
}

function put(array: Float64Array | undefined, place: number, value: number): void {
  if (array) array[place] = value;
}
