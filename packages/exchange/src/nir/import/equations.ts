/** Layers of equations whose numbers may differ from neuron to neuron. */
import { defineNeuron, learnable, Module, type Tensor } from "@myelin/core";
import type { EquationNeuron, Learnable } from "@myelin/core/neurons";
import { currentEngine, sizeOf } from "@myelin/core/ops";

/** Equations with the values of their parameters for every neuron. */
export interface Equations {
  readonly name: string;
  readonly text: string;
  readonly states: readonly string[];
  readonly output: string;
  /** One value per neuron each. */
  readonly values: Readonly<Record<string, Float64Array>>;
}

type States = Readonly<Record<string, Tensor>>;

/** A layer of such neurons, whose samples have this shape. */
export function equationLayer(equations: Equations, shape: readonly number[]): EquationNeuron<States> {
  const { name, text, states, output, values } = equations;
  const entries = Object.entries(values).map(([key, all]) => [key, ...parameterOf(all, shape)] as const);
  const Layer = defineNeuron({
    name,
    state: Object.fromEntries(states.map((state) => [state, 0])),
    parameters: Object.fromEntries(entries.map(([key, declared]) => [key, declared])),
    equations: text,
    outputs: [output],
  });
  const options = Object.fromEntries(entries.map(([key, , value]) => [key, value]));
  return new Layer({ ...options, features: shape });
}

type Declared = number | Learnable;

/** How a parameter is declared, and its value: one number, one per channel, or a tensor of one per neuron. */
function parameterOf(
  values: Float64Array,
  shape: readonly number[],
): [Declared, number | Float64Array | Tensor] {
  const [first = 0] = values;
  if (values.every((value) => value === first)) return [first, first];
  const positions = sizeOf(shape.slice(1));
  const isPerChannel = values.every((value, i) => value === values[i - (i % positions)]);
  if (isPerChannel) return [0, values.filter((_, i) => i % positions === 0)];
  const buffer = currentEngine().persistent([values.length]);
  buffer.set(Float32Array.from(values));
  return [learnable(0, { per: "neuron" }), buffer];
}

/** Equations whose output are numbers, not spikes: what counts spikes shall not find them. */
export class Graded extends Module {
  readonly #layer: EquationNeuron<States>;
  /** Values that differ from neuron to neuron, by name. */
  readonly values: Readonly<Record<string, Tensor>>;

  constructor(layer: EquationNeuron<States>) {
    super();
    this.#layer = layer;
    this.values = Object.fromEntries(layer.namedBuffers());
  }

  /** Values [T, B, ...] for a sequence that starts at rest. */
  forward(x: Tensor): Tensor {
    return this.run(x).y;
  }

  /** A sequence that starts from a given state. */
  run(x: Tensor, state?: States): { readonly y: Tensor; readonly state: States } {
    const { spikes, state: after } = this.#layer.run(x, state);
    return { y: spikes, state: after };
  }
}
