import {
  backward,
  defineNeuron,
  learnable,
  type NeuronDefinition,
  parameter,
  tensor,
  type Tensor,
} from "@myelin/core";
import { SURROGATE_ALPHA } from "@myelin/core/defaults";
import type { EquationNeuronOptions, Learnable, SurrogateName } from "@myelin/core/neurons";
import { add, linear, reshape } from "@myelin/core/ops";
import * as core from "@myelin/core";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./format.ts";
import { choiceOption, numberOption } from "./options.ts";

/** Outputs, final states and all gradients of a neuron as equations; the loss weights outputs and final states. */
export async function runEquations(golden: GoldenCase, compare: Comparison): Promise<void> {
  const definition = definitionOf(golden);
  const layer = new (defineNeuron(definition))(optionsOf(golden, definition));
  const [x, ...others] = definition.inputs!.map((name) => [name, leaf(golden, name)] as const);
  const names = Object.keys(definition.state);
  const initial = Object.fromEntries(names.map((name) => [name, leaf(golden, `initial.${name}`)]));
  const { outputs, state } = layer.run(x![1], initial, Object.fromEntries(others));
  const final = state as Readonly<Record<string, Tensor>>;
  const terms = [
    ...Object.entries(outputs).map(([name, output]) => dot(output, tensorOf(golden, `g.${name}`))),
    ...names.map((name) => dot(final[name]!, tensorOf(golden, `gfinal.${name}`))),
  ];
  backward(terms.reduce((sum, term) => add(sum, term)));
  for (const [name, output] of Object.entries(outputs)) {
    if (name === "s") await compare.spikes(name, output);
    else await compare.tensor(name, output);
  }
  for (const name of names) await compare.tensor(`final.${name}`, final[name]);
  for (const [name, input] of [x!, ...others]) await compare.tensor(`d${name}`, input.grad);
  for (const name of names) await compare.tensor(`dinitial.${name}`, initial[name]!.grad);
  for (const [name, value] of Object.entries(layer)) {
    if (golden.has(`dparam.${name}`)) await compare.tensor(`dparam.${name}`, (value as Tensor).grad);
  }
}

function definitionOf({ options }: GoldenCase): NeuronDefinition {
  const { equations, state, inputs, outputs } = options as unknown as NeuronDefinition;
  const parameters = options["parameters"] as Record<string, Stored>;
  const declared = Object.entries(parameters).map(([name, { value, learnable: learns, per }]) => [
    name,
    learns === true ? learnable(value, { per: per ?? "layer" }) : value,
  ]);
  const all = Object.fromEntries(declared) as Record<string, number | Learnable>;
  return { name: "Golden", equations, state, inputs: inputs!, outputs: outputs!, parameters: all };
}

interface Stored {
  readonly value: number;
  readonly learnable?: boolean;
  readonly per?: Learnable["per"];
}

/** The surrogate, and the parameters whose values the case gives. */
function optionsOf(golden: GoldenCase, { parameters = {} }: NeuronDefinition): EquationNeuronOptions {
  const name = choiceOption(golden.options, "surrogate", Object.keys(SURROGATE_ALPHA) as SurrogateName[]);
  const surrogate = core[name]({ alpha: numberOption(golden.options, "alpha") });
  const given = Object.keys(parameters)
    .filter((parameterName) => golden.has(`param.${parameterName}`))
    .map((parameterName) => {
      const { data, shape } = golden.tensor(`param.${parameterName}`);
      return [parameterName, parameter(data, shape)];
    });
  return { surrogate, ...(Object.fromEntries(given) as object) };
}

function tensorOf(golden: GoldenCase, name: string): Tensor {
  const { data, shape } = golden.tensor(name);
  return tensor(data, shape);
}

function leaf(golden: GoldenCase, name: string): Tensor {
  const value = tensorOf(golden, name);
  value.requiresGrad = true;
  return value;
}

/** `sum(a b)`, as a product with a weight of one row. */
function dot(a: Tensor, b: Tensor): Tensor {
  return linear(reshape(a, [1, a.size]), reshape(b, [1, b.size]));
}
