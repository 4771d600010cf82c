import {
  add,
  backward,
  linear,
  neuron,
  type NeuronSpec,
  parameter,
  reshape,
  tensor,
  type Tensor,
} from "@myelin/core";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./format.ts";
import { booleanOption, choiceOption, numberOption } from "./options.ts";

const SURROGATES = ["atan", "sigmoid", "piecewiseQuadratic", "triangle", "rectangle", "fastSigmoid"] as const;

/** Spikes, potentials and gradients of one neuron layer; loss = sum(spikes gradSpikes) + sum(v gradV). */
export async function runNeuron(golden: GoldenCase, compare: Comparison): Promise<void> {
  const x = tensorOf(golden, "x");
  x.requiresGrad = true;
  const weight = golden.has("param") ? parameter(golden.tensor("param").data, []) : undefined;
  const record = { potential: true, charged: true };
  const { spikes, potential, charged } = neuron(x, { ...specOf(golden), parameter: weight, record });
  const loss = [
    dot(spikes, tensorOf(golden, "gradSpikes")),
    dot(potential!, tensorOf(golden, "gradV")),
  ] as const;
  backward(add(...loss));
  await compare.spikes("spikes", spikes);
  await compare.tensor("charged", charged);
  await compare.tensor("v", potential);
  await compare.tensor("dx", x.grad);
  if (weight) await compare.tensor("dparam", weight.grad);
}

function specOf({ options }: GoldenCase): NeuronSpec {
  return {
    neuron: choiceOption(options, "neuron", ["IF", "LIF", "PLIF", "KLIF"]),
    tau: numberOption(options, "tau"),
    decayInput: booleanOption(options, "decayInput"),
    vThreshold: numberOption(options, "vThreshold"),
    vReset: options["vReset"] === null ? null : numberOption(options, "vReset"),
    detachReset: booleanOption(options, "detachReset"),
    scaleReset: booleanOption(options, "scaleReset"),
    surrogate: choiceOption(options, "surrogate", SURROGATES),
    alpha: numberOption(options, "alpha"),
  };
}

function tensorOf(golden: GoldenCase, name: string): Tensor {
  const { data, shape } = golden.tensor(name);
  return tensor(data, shape);
}

/** `sum(a b)`, as a product with a weight of one row. */
function dot(a: Tensor, b: Tensor): Tensor {
  return linear(reshape(a, [1, a.size]), reshape(b, [1, b.size]));
}
